"""Reads messages from files and prints one JSON object a line: what Python's own parser sees in each."""
import email
import email.header
import email.policy
import email.utils
import json
import sys


def addresses(path, name):
    """By the older interface: the newer one keeps the space between two encoded words in a name (gh-92081)."""
    with open(path, "rb") as file:
        message = email.message_from_bytes(file.read())
    found = email.utils.getaddresses(["".join(line) for line in message.get_all(name, [])])
    return [[str(email.header.make_header(email.header.decode_header(shown))), address] for shown, address in found]


def defects(message, parts):
    found = list(message.defects) + [d for part in parts for d in part.defects]
    for name in message.keys():
        try:
            found += getattr(message[name], "defects", ())
        except (AttributeError, IndexError) as crash:  # of the parser, on a Message-ID that is none
            if name != "Message-ID":
                raise
            found.append(crash)
    return [type(defect).__name__ for defect in found]


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        message = email.message_from_bytes(file.read(), policy=email.policy.default)

    def text(part):
        # Octets, not characters: surrogates of a wrong charset would hide here.
        return part.get_payload(decode=True).decode("utf-8", "replace")

    parts = list(message.iter_parts()) if message.is_multipart() else [message]
    print(json.dumps({
        "names": message.keys(),
        "from": addresses(path, "From"),
        "to": addresses(path, "To"),
        "subject": message["Subject"],
        "defects": defects(message, parts),
        "parts": [{"type": p.get_content_type(), "text": text(p)} for p in parts],
    }))
