"""Answers what botocore itself would send, read or resolve: JSON jobs on stdin, JSON answers on stdout."""
import datetime
import json
import sys

import botocore
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

loader = Loader()
models = {}


def model(service):
    if service not in models:
        models[service] = ServiceModel(loader.load_service_model(service, "service-2"), service)
    return models[service]


def text(value):
    return value.decode() if isinstance(value, (bytes, bytearray)) else value


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(type(value))


def serialize(job):
    service = model(job["service"])
    serializer = create_serializer(service.metadata["protocol"], include_validation=False)
    request = serializer.serialize_to_request(job["value"], service.operation_model(job["operation"]))
    return {
        "method": request["method"],
        "path": request["url_path"],
        "query": request["query_string"],
        "headers": dict(request["headers"]),
        "body": text(request["body"]),
    }


def parse(job):
    service = model(job["service"])
    operation = service.operation_model(job["operation"])
    response = {"status_code": 200, "headers": {}, "body": job["value"].encode()}
    parsed = create_parser(service.metadata["protocol"]).parse(response, operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def resolve(job):
    rules = loader.load_service_model(job["service"], "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    answers = []
    for region, fips, dual in job["value"]:
        try:
            endpoint = provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual)
            schemes = endpoint.properties.get("authSchemes", [{}])
            answers.append({"url": endpoint.url, "signingRegion": schemes[0].get("signingRegion", region)})
        except EndpointProviderError as error:
            answers.append({"error": str(error)})
    return answers


def sign(job):
    signer = SigV4Auth(Credentials(job["key"], job["secret"]), job["service"], job["region"])
    value = job["value"]
    request = AWSRequest(method=value["method"], url=value["url"], headers=value["headers"], data=value["body"].encode())
    request.context["timestamp"] = value["headers"]["X-Amz-Date"]
    return signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)


def regions(job):
    return sorted(r for p in loader.load_data("partitions")["partitions"] for r in p["regions"])


def about(job):
    return {"version": botocore.__version__, "data": loader.BUILTIN_DATA_PATH}


jobs = json.load(sys.stdin)
json.dump([globals()[job["do"]](job) for job in jobs], sys.stdout, default=plain)
