/**
 * Where every AWS request of the sandbox comes in: finds the service, verifies the signature, spoils what a
 * test wants spoilt, and writes everything down.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type Fault, faultError, type Faults, spoil } from "../faults.ts";
import type { Answer, Delivery, ReceivedRequest } from "../listener.ts";
import type { RecordedRequest, RequestRecord } from "../record.ts";
import type { Accounts } from "./accounts.ts";
import { AwsError } from "./aws_error.ts";
import { type AwsCall, type AwsService, UNKNOWN_OPERATION } from "./service.ts";
import { verifySignature } from "./strict_signature.ts";

/** What stands behind the door. */
export interface FrontDoor {
  readonly services: readonly AwsService[];
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requests: RequestRecord;
}

/** What is known of a request; filled in as far as it gets. */
type Progress = Mutable<Omit<RecordedRequest, "request" | "status">>;

type Mutable<Fields> = { -readonly [Field in keyof Fields]: Fields[Field] };

/** Answers one request and records it. */
export async function answerAws(request: ReceivedRequest, door: FrontDoor): Promise<Delivery> {
  const progress: Progress = { service: "unknown", operation: UNKNOWN_OPERATION };
  const { answer, fault } = await outcomeOf(request, { door, progress }).catch((error) => {
    progress.unexpected = `the sandbox itself failed: ${error}`;
    door.requests.add({ ...progress, request, status: 599 });
    throw error;
  });
  const dated = { ...answer, headers: { ...answer.headers, date: door.clock.now().toUTCString() } };
  const delivery = spoil(dated, fault);
  door.requests.add({ ...progress, request, status: delivery.answer.status });
  return delivery;
}

interface Visit {
  readonly door: FrontDoor;
  readonly progress: Progress;
}

async function outcomeOf(
  request: ReceivedRequest,
  { door, progress }: Visit,
): Promise<{ readonly answer: Answer; readonly fault?: Fault | undefined }> {
  const found = findService(request, door.services);
  if (found === undefined) {
    progress.unexpected = "no service of the sandbox claims it";
    return {
      answer: { status: 404, headers: { "content-type": "text/plain" }, body: "Nobody home\n" },
    };
  }
  const { service, operation } = found;
  progress.service = service.service;
  progress.operation = operation;
  let fault: Fault | undefined;
  try {
    const call = await admit({ request, service, operation }, { door, progress });
    fault = door.faults.take(service.service, operation);
    const ordered = faultError(fault);
    if (ordered !== undefined) throw ordered;
    return { answer: await service.answer(call), fault };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    progress.awsCode = error.awsCode;
    return { answer: service.errorAnswer(error, request), fault };
  }
}

function findService(
  request: ReceivedRequest,
  services: readonly AwsService[],
): { readonly service: AwsService; readonly operation: string } | undefined {
  for (const service of services) {
    const operation = service.operationOf(request);
    if (operation !== undefined) return { service, operation };
  }
  return undefined;
}

/** The request as a call by somebody known. */
async function admit(
  { request, service, operation }: {
    readonly request: ReceivedRequest;
    readonly service: AwsService;
    readonly operation: string;
  },
  { door, progress }: Visit,
): Promise<AwsCall> {
  if (operation === UNKNOWN_OPERATION) {
    progress.unexpected = `${service.service} has no such operation`;
    throw new AwsError(400, "InvalidAction", "The sandbox has no such operation");
  }
  if (service.unsignedOperations.has(operation)) {
    return { request, operation, caller: undefined, region: "" };
  }
  const verdict = await verifySignature(request, { ...door, signingName: service.signingName });
  if (verdict.region !== undefined) progress.region = verdict.region;
  if ("problem" in verdict) {
    if (verdict.problem === "missing") progress.unexpected = `${operation} has to be signed`;
    throw new AwsError(...service.signatureErrors[verdict.problem], verdict.reason);
  }
  progress.callerArn = verdict.caller.principal.arn;
  return { request, operation, caller: verdict.caller, region: verdict.region };
}
