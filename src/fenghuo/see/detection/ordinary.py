"""What ordinary values look like, so that rare texts can be told from common ones."""

ORDINARY = (
    "c:\\windows\\system32\\svchost.exe -k netsvcs -p -s",
    '"c:\\program files (x86)\\microsoft\\edge\\application\\msedge.exe" --type=renderer --lang=zh-cn --user-data-dir=',
    "c:\\users\\public\\appdata\\local\\temp\\programdata\\desktop\\documents\\downloads",
    "d:\\data\\file=session=trace=service server port= application.json .xlsx .docx .dll .exe .msi .txt .log",
    "http://www.example.com/index.html?id=1&page=2 mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit chrome safari",
    "nt authority\\system nt authority\\network service microsoft corporation",
)
"""Folded lines."""
