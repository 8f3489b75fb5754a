"""Holds inputs of calls against AWS's own models, as every AWS SDK for Python does before it sends.

Reads a JSON list of {"operation": "ecs:CreateService", "input": {...}} and writes a JSON list with
the faults of each, in the same order. What has no model at all is a fault as well.
"""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator

# How IAM calls a service, where botocore calls it otherwise.
NAMES = {"elasticloadbalancing": "elbv2"}


def main():
    session = botocore.session.get_session()
    models = {}
    out = []
    for call in json.load(sys.stdin):
        prefix, operation = call["operation"].split(":")
        if prefix not in models:
            models[prefix] = session.get_service_model(NAMES.get(prefix, prefix))
        if operation not in models[prefix].operation_names:
            out.append([f"{prefix} has no operation {operation}"])
            continue
        shape = models[prefix].operation_model(operation).input_shape
        report = ParamValidator().validate(call["input"], shape)
        text = report.generate_report() if report.has_errors() else ""
        out.append([line for line in text.split("\n") if line])
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
