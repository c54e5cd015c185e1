#!/usr/bin/env python3
"""Prints the events of the log, knowing only the broker and the schema registry.

    python3 -m venv /tmp/reader && /tmp/reader/bin/pip install kafka-python fastavro
    /tmp/reader/bin/python docs/readers/read_events.py --brokers HOST:PORT --registry URL [--env local] [--show ID]

`./onsale status` says where broker and registry are; the registry's Confluent API is at /apis/ccompat/v7.
"""
import argparse
import io
import json
import struct
import sys
import urllib.request

import fastavro
from kafka import KafkaConsumer, TopicPartition

CLAIMED = "onsale.journal.OwnerClaimed"


class Registry:
    """Schemas by id, as the registry has them."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.schemas = {}

    def schema(self, schema_id):
        if schema_id not in self.schemas:
            with urllib.request.urlopen(f"{self.url}/schemas/ids/{schema_id}", timeout=10) as answer:
                text = json.load(answer)["schema"]
            self.schemas[schema_id] = fastavro.parse_schema(json.loads(text))
        return self.schemas[schema_id]

    def decode(self, value):
        """Confluent wire format: a zero byte, the schema's id in four bytes, Avro."""
        magic, schema_id = struct.unpack(">bI", value[:5])
        if magic != 0:
            raise ValueError("not in the Confluent wire format")
        schema = self.schema(schema_id)
        return schema["name"], fastavro.schemaless_reader(io.BytesIO(value[5:]), schema)


def headers_of(record):
    return {name: value.decode("utf-8") for name, value in record.headers}


def counted(records):
    """The reader rule: an OwnerClaimed opens its claim; other records count under the claim that is open."""
    claim = None
    for record in records:
        headers = headers_of(record)
        if headers.get("ce_type") == CLAIMED:
            claim = headers["claim-id"]
        if headers.get("claim-id") == claim:
            yield record, headers


def read(consumer, partition):
    """All committed records of a partition up to its end as of now."""
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    while consumer.position(partition) < end:
        for records in consumer.poll(timeout_ms=1000).values():
            yield from records


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--brokers", required=True)
    options.add_argument("--registry", required=True)
    options.add_argument("--env", default="local")
    options.add_argument("--show", help="only the events of this show")
    args = options.parse_args()

    topic = f"{args.env}.reservation.events"
    registry = Registry(args.registry)
    consumer = KafkaConsumer(
        bootstrap_servers=args.brokers.split(","), isolation_level="read_committed", enable_auto_commit=False
    )
    partitions = consumer.partitions_for_topic(topic)
    if not partitions:
        sys.exit(f"there is no topic {topic}")
    for number in sorted(partitions):
        for record, headers in counted(read(consumer, TopicPartition(topic, number))):
            if args.show and headers.get("ce_subject") != args.show:
                continue
            name, values = registry.decode(record.value)
            print(f"{number}/{record.offset} {headers['ce_time']} {name}")
            for field, value in values.items():
                print(f"    {field} = {json.dumps(value, default=str, ensure_ascii=False)}")


if __name__ == "__main__":
    main()
