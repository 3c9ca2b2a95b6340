import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { type ClusterHome, DEV_ARN, KUBECONFIG } from "./_cluster_home.ts";
import { type Mistake, testMistakes } from "./_mistakes.ts";

const TOKEN = "token --cluster-name dev-cluster --region us-east-2 --profile dev-admin";

const COMMAND_LINE: Readonly<Record<string, Mistake>> = {
  "an unknown command": {
    line: "kubeconfg --name dev-cluster",
    code: 2,
    error: 'Cannot run "kubeconfg": eksauth has no such command',
    hint: "Did you mean eksauth kubeconfig?",
  },
  "a command that is like no other": {
    line: "frobnicate",
    code: 2,
    error: 'Cannot run "frobnicate": eksauth has no such command',
    hint: "eksauth --help",
  },
  "a command of the AWS CLI that eksauth does not have": {
    line: "eks list-clusters",
    code: 2,
    error: 'Cannot run "list-clusters": eksauth has no such command',
    hint: "eksauth --help",
  },
  "flags without a command": {
    line: "--region us-east-2",
    code: 2,
    error: 'Cannot use "--region": a command has to stand before it',
    hint: "eksauth --help",
  },
  "no cluster": {
    line: "kubeconfig",
    code: 2,
    error: "Cannot write a cluster into the kubeconfig: --name is missing",
    hint: "eksauth kubeconfig --name dev-cluster --region us-east-2",
  },
  "a misspelt flag": {
    line: "kubeconfig --nmae dev-cluster",
    code: 2,
    error: 'Cannot use "--nmae": eksauth kubeconfig has no such flag',
    hint: "Did you mean --name?",
  },
  "a flag that another command has": {
    line: "kubeconfig --cluster-name dev-cluster",
    code: 2,
    error: 'Cannot use "--cluster-name": eksauth kubeconfig has no such flag',
    hint: "Did you mean --name?",
  },
  "a flag of kubeconfig behind token": {
    line: "token --name dev-cluster",
    code: 2,
    error: 'Cannot use "--name": eksauth token has no such flag',
    hint: "Did you mean --cluster-name?",
  },
  "a flag that is like no other": {
    line: "update-kubeconfig --xyzzy",
    code: 2,
    error: 'Cannot use "--xyzzy": eksauth update-kubeconfig has no such flag',
    hint: "eksauth update-kubeconfig --help",
  },
  "an unknown short flag": {
    line: "token -z",
    code: 2,
    error: 'Cannot use "-z": eksauth token has no such flag',
    hint: "eksauth token --help",
  },
  "a flag without its value": {
    line: "kubeconfig --name",
    code: 2,
    error: "Cannot use --name: it needs a value",
    hint: "--name VALUE, or --name=VALUE where the value begins with a dash",
  },
  "a flag where a value should be": {
    line: "token --cluster-name --region us-east-2",
    code: 2,
    error: "Cannot use --cluster-name: it needs a value",
    hint: "--cluster-name VALUE, or --cluster-name=VALUE where the value begins with a dash",
  },
  "an empty value": {
    line: "kubeconfig --name= --region us-east-2",
    code: 2,
    error: "Cannot use --name: its value is empty",
    hint: "eksauth kubeconfig --help",
  },
  "an empty value in quotes": {
    line: ["kubeconfig", "--name", "dev-cluster", "--alias", " "],
    code: 2,
    error: 'Cannot use --alias " ": it is empty',
    hint: "eksauth kubeconfig --help",
  },
  "a flag given twice": {
    line: "kubeconfig --name a --name b",
    code: 2,
    error: "Cannot use --name: it is given twice",
    hint: "eksauth kubeconfig --help",
  },
  "a switch with an odd value": {
    line: "kubeconfig --name a --use-context=maybe",
    code: 2,
    error: 'Cannot use --use-context "maybe": it is neither true nor false',
    hint: "eksauth kubeconfig --help",
  },
  "a word that is no flag": {
    line: "kubeconfig dev-cluster",
    code: 2,
    error: 'Cannot use "dev-cluster": eksauth kubeconfig takes nothing but flags',
    hint: 'Did you mean --name "dev-cluster"?',
  },
  "a word too many": {
    line: "token --cluster-name dev-cluster us-east-2",
    code: 2,
    error: 'Cannot use "us-east-2": eksauth token takes nothing but flags',
    hint: "eksauth token --help",
  },
  "a misspelt choice": {
    line: "kubeconfig --name a --update mrge",
    code: 2,
    error: 'Cannot use --update "mrge": it is none of merge, replace, error',
    hint: "Did you mean --update=merge?",
  },
  "no choice at all": {
    line: `${TOKEN} --output yaml`,
    code: 2,
    error: 'Cannot use --output "yaml": it is not json',
    hint: "eksauth token --help",
  },
  "a mode that is none": {
    line: "kubeconfig --name a --mode rw",
    code: 2,
    error: 'Cannot use --mode "rw": it is not an octal mode that lets you read and write',
    hint: "eksauth kubeconfig --help",
  },
  "a mode that locks its owner out": {
    line: "kubeconfig --name a --mode 077",
    code: 2,
    error: 'Cannot use --mode "077": it is not an octal mode that lets you read and write',
    hint: "eksauth kubeconfig --help",
  },
  "two profiles": {
    line: "kubeconfig --name a --profile b --identity c",
    code: 2,
    error: 'Cannot be both profile "b" and identity "c": they mean the same',
    hint: "Give one of --profile and --identity",
  },
  "two names for the context": {
    line: "kubeconfig --name a --alias b --context-template {cluster}",
    code: 2,
    error: 'Cannot name the context both "b" and "{cluster}": it has one name',
    hint: "Give one of --alias and --context-template",
  },
  "a template with an unknown word": {
    line: "kubeconfig --name a --context-template {cluster}-{stage}",
    code: 2,
    error: 'Cannot use context template "{cluster}-{stage}": it has no word {stage}',
    hint: "Words: {cluster} {region} {account} {partition} {identity} {arn}",
  },
  "neither name nor id": {
    line: "token --region us-east-2",
    code: 2,
    error: "Cannot make a token: neither --cluster-name nor --cluster-id is given",
    hint: "eksauth token --cluster-name NAME --region REGION",
  },
  "name and id": {
    line: "token --cluster-name a --cluster-id b",
    code: 2,
    error: "Cannot make a token: --cluster-name and --cluster-id are both given",
    hint: "eksauth token --cluster-name NAME --region REGION",
  },
  "--role and --role-arn": {
    line: `${TOKEN} --role ${OPS_ROLE_ARN} --role-arn ${OPS_ROLE_ARN}`,
    code: 2,
    error: "Cannot make a token: --role and --role-arn are both given",
    hint: "They mean the same; give --role-arn",
  },
  "--external-id without a role": {
    line: `${KUBECONFIG} --external-id shop`,
    code: 2,
    error: "Cannot use --external-id, --role-session-name or --duration-seconds: no role is given",
    hint: "--role-arn arn:aws:iam::123456789012:role/NAME",
  },
  "--duration-seconds without a role": {
    line: `${TOKEN} --duration-seconds 900`,
    code: 2,
    error: "Cannot use --external-id, --role-session-name or --duration-seconds: no role is given",
    hint: "--role-arn arn:aws:iam::123456789012:role/NAME",
  },
  "a duration in hours": {
    line: `${KUBECONFIG} --role-arn ${OPS_ROLE_ARN} --duration-seconds 1h`,
    code: 2,
    error: 'Cannot use --duration-seconds "1h": it is not a whole number of seconds',
    hint: "eksauth kubeconfig --help",
  },
};

const NAMES: Readonly<Record<string, Mistake>> = {
  "a cluster name that leads elsewhere": {
    line: "kubeconfig --name ../../accounts --region us-east-2 --profile dev-admin",
    code: 2,
    error: 'Cannot use cluster name "../../accounts": EKS has no such names',
    hint: "A cluster name has 1 to 100 letters, digits, - and _, and begins with a letter or digit",
  },
  "a cluster name that is a flag": {
    line: "kubeconfig --name=--role-arn=x --region us-east-2 --profile dev-admin",
    code: 2,
    error: 'Cannot use cluster name "--role-arn=x": EKS has no such names',
    hint: "A cluster name has 1 to 100 letters, digits, - and _, and begins with a letter or digit",
  },
  "a cluster name that steers the terminal": {
    line: ["kubeconfig", "--name", "dev\u001b[2J\n- evil"],
    code: 2,
    error: 'Cannot use --name "dev\\u001b[2J\\u000a- evil": it has a control character',
    hint: "eksauth kubeconfig --help",
  },
  "a cluster name that is too long": {
    line: `kubeconfig --name ${"a".repeat(101)} --region us-east-2 --profile dev-admin`,
    code: 2,
    error: `Cannot use cluster name "${"a".repeat(101)}": EKS has no such names`,
    hint: "A cluster name has 1 to 100 letters, digits, - and _, and begins with a letter or digit",
  },
  "the ARN of something else": {
    line: `kubeconfig --name ${DEV_ARN.replace("cluster/", "nodegroup/")} --profile dev-admin`,
    code: 2,
    error: `Cannot use cluster name "${
      DEV_ARN.replace("cluster/", "nodegroup/")
    }": EKS has no such names`,
    hint: "A cluster name has 1 to 100 letters, digits, - and _, and begins with a letter or digit",
  },
  "an ARN and another region": {
    line: `kubeconfig --name ${DEV_ARN} --region us-west-2 --profile dev-admin`,
    code: 2,
    error: "Cannot use --region us-west-2: the ARN of the cluster says us-east-2",
    hint: "Leave out --region",
  },
  "a cluster of another account": {
    line: `kubeconfig --name ${
      DEV_ARN.replace("123456789012", "999999999999")
    } --profile dev-admin`,
    code: 1,
    error: `Cannot describe cluster "${
      DEV_ARN.replace("123456789012", "999999999999")
    }": these credentials see "${DEV_ARN}" in its place`,
    hint: "Choose a profile of account 999999999999, or a role there with --assume-role-arn",
  },
  "an alias with a line break": {
    line: ["kubeconfig", "--name", "dev-cluster", "--alias=dev\ncurrent-context: evil"],
    code: 2,
    error: "Cannot use --alias: its value has a line break",
    hint: "eksauth kubeconfig --help",
  },
  "a user alias with a line break": {
    line: ["kubeconfig", "--name", "dev-cluster", "--user-alias", "me\r"],
    code: 2,
    error: 'Cannot use --user-alias "me\\u000d": it has a control character',
    hint: "eksauth kubeconfig --help",
  },
  "a namespace that Kubernetes does not have": {
    line: `${KUBECONFIG} --namespace Shop`,
    code: 2,
    error:
      'Cannot use --namespace "Shop": a namespace has 1 to 63 lower-case letters, digits and -',
    hint: "eksauth kubeconfig --help",
  },
  "a proxy that kubectl would refuse, and the whole kubeconfig with it": {
    line: `${KUBECONFIG} --proxy-url proxy.example:3128`,
    code: 2,
    error: 'Cannot use --proxy-url "proxy.example:3128": a proxy is an http, https or socks5 URL',
    hint: "eksauth kubeconfig --help",
  },
  "a server name that is a URL": {
    line: `${KUBECONFIG} --tls-server-name https://kubernetes`,
    code: 2,
    error:
      'Cannot use --tls-server-name "https://kubernetes": it is neither a host name nor an address',
    hint: "eksauth kubeconfig --help",
  },
  "a role without its account": {
    line: `${KUBECONFIG} --role-arn ops`,
    code: 2,
    error:
      'Cannot assume role "ops": a role ARN looks like arn:aws:iam::123456789012:role/dev-admin',
    hint: "Check the ARN, the session name, the external id and the duration of the role",
  },
  "a session name with a blank": {
    line: ["token", "--cluster-name=c", `--role-arn=${OPS_ROLE_ARN}`, "--role-session-name=a b"],
    env: { AWS_PROFILE: "dev-admin" },
    code: 2,
    error:
      `Cannot assume role "${OPS_ROLE_ARN}": a role session name has 2 to 64 letters, digits and _+=,.@-`,
    hint: "Check the ARN, the session name, the external id and the duration of the role",
  },
  "a session of a second": {
    line: `${KUBECONFIG} --role-arn ${OPS_ROLE_ARN} --duration-seconds 1`,
    code: 2,
    error: `Cannot assume role "${OPS_ROLE_ARN}": a session lasts from 900 to 43200 whole seconds`,
    hint: "Check the ARN, the session name, the external id and the duration of the role",
  },
  "a region that is none": {
    line: "kubeconfig --name dev-cluster --region us_east_2 --profile dev-admin",
    code: 2,
    error: 'Cannot use region "us_east_2": it is not a region name',
    hint: "Give a name such as us-east-2 with --region",
  },
  "the same for a token": {
    line: "token --cluster-name dev-cluster --region a.b/ --profile dev-admin",
    code: 2,
    error: 'Cannot use region "a.b/": it is not a region name',
    hint: "Give a name such as us-east-2 with --region",
  },
  "no region": {
    line: "kubeconfig --name dev-cluster --profile dev-admin",
    setUp: ({ home }) => home.write(".aws/config", "[profile dev-admin]\n"),
    code: 2,
    error:
      "Cannot choose an AWS endpoint: neither a flag nor the environment nor the profile names a region",
    hint: "--region us-east-2, or any other; AWS_REGION and the profile's region do as well",
  },
  "no region and nobody to ask": {
    line:
      "kubeconfig --name dev-cluster --endpoint https://10.0.0.7 --ca-file ca.pem --profile dev-admin",
    setUp: ({ home }) => home.write(".aws/config", "[profile dev-admin]\n"),
    code: 2,
    error:
      'Cannot write cluster "dev-cluster": nothing names its region, which tokens are signed for',
    hint: "Give --region, or --name with the whole ARN of the cluster",
  },
  "--endpoint without --ca-file": {
    line: `${KUBECONFIG} --endpoint https://10.0.0.7`,
    code: 2,
    error: 'Cannot write cluster "dev-cluster" without asking AWS: --ca-file is missing',
    hint: "Give both --endpoint URL and --ca-file FILE",
  },
  "--ca-file without --endpoint": {
    line: `${KUBECONFIG} --ca-file ca.pem`,
    code: 2,
    error: 'Cannot write cluster "dev-cluster" without asking AWS: --endpoint is missing',
    hint: "Give both --endpoint URL and --ca-file FILE",
  },
  "an endpoint without TLS": {
    line: `${KUBECONFIG} --endpoint http://10.0.0.7 --ca-file ca.pem`,
    code: 2,
    error: "Cannot use --endpoint: it is not an https URL",
    hint: "--endpoint https://0123456789ABCDEF.gr7.us-east-2.eks.amazonaws.com",
  },
  "a CA file that is not there": {
    line: `${KUBECONFIG} --endpoint https://10.0.0.7 --ca-file ~/ca.pem`,
    code: 2,
    error: 'Cannot read --ca-file "HOME/ca.pem": there is no such file',
    hint: 'ls -l "HOME/ca.pem"',
  },
  "a CA file that holds something else": {
    line: `${KUBECONFIG} --endpoint https://10.0.0.7 --ca-file ~/.aws/config`,
    code: 2,
    error: 'Cannot use --ca-file "HOME/.aws/config": it holds no PEM certificate',
    hint: "A PEM file has -----BEGIN CERTIFICATE----- on its first line",
  },
  "a template with a word that is not known": {
    line:
      `${KUBECONFIG} --endpoint https://10.0.0.7 --ca-file ~/ca.pem --context-template {account}`,
    setUp: writeCa,
    code: 2,
    error:
      'Cannot use context template "{account}": {account} of cluster "dev-cluster" is not known',
    hint: "Give --name the whole ARN of the cluster",
  },
};

testMistakes(COMMAND_LINE);
testMistakes(NAMES);

function writeCa({ home, sandbox }: ClusterHome): void {
  const pem = Uint8Array.fromBase64(sandbox.cluster.certificateAuthority ?? "");
  home.write("ca.pem", new TextDecoder().decode(pem));
}
