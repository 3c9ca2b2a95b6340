import assert from "node:assert/strict";
import { type AnswerObject, answerObject } from "../../src/aws/answer_object.ts";

const ORIGIN = { service: "eks", operation: "DescribeCluster", host: "eks.example" } as const;

function objectOf(document: unknown): AnswerObject {
  return answerObject({ ...ORIGIN, status: 200, headers: new Headers(), document });
}

Deno.test("AnswerObject reads fields of each type", () => {
  const answer = objectOf(JSON.parse(`{
    "text": "a", "empty": "", "count": 2.5, "yes": true, "inner": {"name": "b"}, "none": null,
    "names": ["a", "b"], "inners": [{"name": "c"}], "tags": {"k": "v", "__proto__": "w"},
    "epoch": 1767323045, "float": 1.767323045E9, "iso": "2026-01-02T03:04:05Z", "offset": "2026-01-02T04:04:05.5+01:00"
  }`));
  assert.equal(answer.string("text"), "a");
  assert.equal(answer.string("empty"), "");
  assert.equal(answer.nonEmptyString("text"), "a");
  assert.equal(answer.number("count"), 2.5);
  assert.equal(answer.optionalBoolean("yes"), true);
  assert.equal(answer.object("inner").string("name"), "b");
  assert.deepEqual(answer.strings("names"), ["a", "b"]);
  assert.deepEqual(answer.objects("inners").map((inner) => inner.string("name")), ["c"]);
  assert.deepEqual([...answer.stringMap("tags")], [["k", "v"], ["__proto__", "w"]]);
  for (const field of ["epoch", "float", "iso"]) {
    assert.equal(answer.instant(field).toISOString(), "2026-01-02T03:04:05.000Z", field);
  }
  assert.equal(answer.instant("offset").toISOString(), "2026-01-02T03:04:05.500Z");
});

Deno.test("AnswerObject takes null and inherited names for absent", () => {
  const answer = objectOf({ none: null });
  for (const field of ["none", "missing", "toString", "__proto__"]) {
    assert.equal(answer.optionalString(field), undefined);
    assert.equal(answer.optionalNumber(field), undefined);
    assert.equal(answer.optionalBoolean(field), undefined);
    assert.equal(answer.optionalInstant(field), undefined);
    assert.equal(answer.optionalObject(field), undefined);
    assert.deepEqual(answer.strings(field), []);
    assert.deepEqual(answer.objects(field), []);
    assert.equal(answer.stringMap(field).size, 0);
  }
});

Deno.test("AnswerObject refuses absent fields and other types, by path and without the value", () => {
  const answer = objectOf({
    cluster: { secret: "hunter2", list: ["a", 1], map: { k: 1 }, empty: "" },
  });
  const cluster = answer.object("cluster");
  const rows: readonly (readonly [() => unknown, string])[] = [
    [(): unknown => answer.object("other"), "field other is missing"],
    [(): unknown => answer.string("cluster"), "field cluster is not text"],
    [(): unknown => cluster.string("missing"), "field cluster.missing is missing"],
    [(): unknown => cluster.nonEmptyString("empty"), "field cluster.empty is empty"],
    [(): unknown => cluster.nonEmptyString("missing"), "field cluster.missing is missing"],
    [(): unknown => cluster.nonEmptyString("list"), "field cluster.list is not text"],
    [(): unknown => cluster.number("secret"), "field cluster.secret is not a number"],
    [(): unknown => cluster.optionalBoolean("secret"), "field cluster.secret is not true or false"],
    [(): unknown => cluster.instant("secret"), "field cluster.secret is not a time"],
    [(): unknown => cluster.instant("missing"), "field cluster.missing is missing"],
    [(): unknown => cluster.object("secret"), "field cluster.secret is not an object"],
    [(): unknown => cluster.object("list"), "field cluster.list is not an object"],
    [(): unknown => cluster.strings("secret"), "field cluster.secret is not a list"],
    [(): unknown => cluster.strings("list"), "field cluster.list is not a list of texts"],
    [(): unknown => cluster.objects("list"), "field cluster.list is not an object"],
    [(): unknown => cluster.stringMap("map"), "field cluster.map.k is not text"],
    [(): unknown => objectOf(undefined), "it is empty"],
    [(): unknown => objectOf("text"), "it is not an object"],
    [(): unknown => objectOf({ at: 1e300 }).instant("at"), "field at is not a time"],
    [(): unknown => objectOf({ at: "2 Jan 2026" }).instant("at"), "field at is not a time"],
    [
      (): unknown => objectOf({ at: "2026-13-01T00:00:00Z" }).instant("at"),
      "field at is not a time",
    ],
  ];
  for (const [read, fault] of rows) {
    assert.throws(read, {
      code: "aws_answer_invalid",
      message: `Cannot read the answer of eks.example to DescribeCluster: ${fault}`,
    });
  }
});
