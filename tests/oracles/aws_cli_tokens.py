"""The AWS CLI's own tokens, made in its own code with the clock stopped.

Reads a JSON list of inputs on stdin and prints the list of their tokens. Works with the AWS CLI v1
(Python package awscli) and with v2 where its modules are importable (Debian's package).
"""

import datetime
import json
import os
import sys

from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator

try:
    from awscli import botocore
except ImportError:
    import botocore
import importlib

auth = importlib.import_module(botocore.__name__ + ".auth")
session_module = importlib.import_module(botocore.__name__ + ".session")


# It keeps what it has read of the service's model, which is most of the work.
loader = session_module.Session().get_component("data_loader")


def stop_clock(text):
    now = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)

    class StoppedDatetime(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return now

        @classmethod
        def now(cls, tz=None):
            return now if tz is None else now.replace(tzinfo=datetime.timezone.utc)

    if hasattr(auth, "get_current_datetime"):
        auth.get_current_datetime = lambda *_, **__: now
    else:
        auth.datetime = type(
            "datetime", (), {"datetime": StoppedDatetime, "timezone": datetime.timezone}
        )


def token(given):
    os.environ["AWS_USE_FIPS_ENDPOINT"] = str(given["useFips"]).lower()
    os.environ["AWS_USE_DUALSTACK_ENDPOINT"] = str(given["useDualStack"]).lower()
    session = session_module.Session()
    session.register_component("data_loader", loader)
    session.set_credentials(
        given["accessKeyId"], given["secretAccessKey"], given["sessionToken"]
    )
    stop_clock(given["time"])
    client = STSClientFactory(session).get_sts_client(region_name=given["region"])
    return TokenGenerator(client).get_token(given["clusterName"])


# Nothing of this machine may have a say.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
json.dump([token(given) for given in json.load(sys.stdin)], sys.stdout)
