"""verify_dkim.py RECORD FILE...: verifies each file with dkimpy against one TXT record, and prints 'pass' or 'fail' a line."""
import sys

import dkim

record = sys.argv[1].encode()
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        message = file.read()
    try:
        valid = dkim.verify(message, dnsfunc=lambda name, timeout=5: record)
    except dkim.DKIMException as problem:
        valid = False
        print(problem, file=sys.stderr)
    print("pass" if valid else "fail")
