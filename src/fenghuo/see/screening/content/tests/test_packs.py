"""Packs come in whole, signed by a trusted key and within bounds, or not at all."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fenghuo.see.screening.checks.words import promotion
from fenghuo.see.screening.content import packs, registry, shapes, store
from fenghuo.see.screening.content.lifetimes import lifetimes
from fenghuo.see.screening.content.packs import BadPack, Pack, key_id, make, open_pack, read_key

TODAY = date(2026, 12, 2)
KEY = Ed25519PrivateKey.generate()
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
PHP = b'[php]\nmove_to = "9.0"\n[php.ends]\n"8.4" = 2026-12-01\n'


@pytest.fixture
def places(tmp_path: Path) -> Iterator[store.Places]:
    where = store.Places.of(tmp_path)
    registry.use(where.packs)
    yield where
    registry.use(None)


def made(version: str = "2026.12.01", day: date = date(2026, 12, 1), files: dict[str, bytes] | None = None) -> bytes:
    return make("end-of-life", version, day, files or {"branches.toml": PHP}, KEY)


def opened(raw: bytes) -> Pack:
    return open_pack(raw, KEYS, TODAY)


def rezipped(raw: bytes, **changes: bytes | None) -> bytes:
    """The zip with some of its files changed or left out ("_" stands for the dot)."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    files |= {name.replace("_", "."): content for name, content in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def why(raw: bytes, today: date = TODAY) -> str:
    with pytest.raises(BadPack) as refused:
        open_pack(raw, KEYS, today)
    assert refused.value.code in packs.CODES
    return refused.value.code


def test_a_signed_pack_is_taken_and_in_force(places: store.Places) -> None:
    before = registry.version_of_all()
    pack = opened(made())
    store.refuse_older(pack)
    store.install(places, pack)
    after = registry.refresh()
    assert {name for name in after if after[name] != before[name]} == {"end-of-life"}
    assert registry.standing("end-of-life")[0].origin == "signed"
    assert lifetimes()["php"].move_to == "9.0", "what was made of the old content is forgotten"
    registry.use(None)
    assert lifetimes()["php"].move_to != "9.0"


def test_who_did_not_sign_it_or_changed_it_afterwards() -> None:
    raw = made()
    assert why(rezipped(raw, signature_json=None)) == "unsigned"
    assert why(rezipped(raw, branches_toml=PHP + b"# ")) == "hash"
    assert why(rezipped(raw, more_toml=b"")) == "files"
    assert why(rezipped(raw, branches_toml=None)) == "files"
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(raw)).read("manifest.json"))
    other = json.dumps({**manifest, "version": "2027.1.1"}).encode()
    assert why(rezipped(raw, manifest_json=other)) == "signature"
    assert why(rezipped(raw, signature_json=b"[]")) == "signature"
    stranger = make("end-of-life", "2026.12.01", TODAY, {"branches.toml": PHP}, Ed25519PrivateKey.generate())
    assert why(stranger) == "unknown-key"


def test_a_signature_over_something_else_does_not_count() -> None:
    raw = made()
    manifest = zipfile.ZipFile(io.BytesIO(raw)).read("manifest.json")
    import base64

    plain = {"key": next(iter(KEYS)), "ed25519": base64.b64encode(KEY.sign(manifest)).decode()}
    assert why(rezipped(raw, signature_json=json.dumps(plain).encode())) == "signature"


@pytest.mark.parametrize(
    "name", ["../evil.toml", "/etc/evil.toml", "a/b.toml", "..\\x.toml", "run.py", "A.toml", ".toml"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert why(make("end-of-life", "1", TODAY, {name: PHP}, KEY)) == "file-name"


def test_bounds_of_size_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why(b"PK\x03\x04 nonsense") == "no-zip"
    assert why(make("end-of-life", "1", TODAY, {f"a{n}.toml": PHP for n in range(60)}, KEY)) == "too-many"
    monkeypatch.setattr(packs, "MOST_UNPACKED", 10_000)
    assert why(make("end-of-life", "1", TODAY, {"a.toml": b"#" * 1_000_000}, KEY)) == "too-large"
    monkeypatch.setattr(packs, "MOST_BYTES", 100)
    assert why(made()) == "too-large"


def test_content_that_checks_could_not_read() -> None:
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    for content in (deep, b'{"a":' * 30 + b"1" + b"}" * 30, b"[]", b"\xff\xfe"):
        assert why(make("end-of-life", "1", TODAY, {"a.json": content}, KEY)) == "content"
    assert why(make("end-of-life", "1", TODAY, {"a.toml": b'[php]\nends = { "8" = "soon" }'}, KEY)) == "content"
    assert why(make("products", "1", TODAY, {"a.toml": b'[[product]]\nid = "a"'}, KEY)) == "content"
    assert why(make("other", "1", TODAY, {"a.toml": PHP}, KEY)) == "unknown-pack"
    assert why(make("end-of-life", "latest", TODAY, {"a.toml": PHP}, KEY)) == "manifest"
    assert why(made(), date(2026, 11, 1)) == "future"


def test_an_older_pack_never_replaces_a_newer_one(places: store.Places) -> None:
    store.install(places, opened(made("2026.12.01.2")))
    for version, code in [("2026.12.01.1", "older"), ("2026.12.01.2", "same")]:
        with pytest.raises(BadPack, match=code):
            store.refuse_older(opened(made(version)))
    with pytest.raises(BadPack, match="older"):
        store.refuse_older(opened(made("9999", date(2025, 1, 1))))
    store.refuse_older(opened(made("2026.12.01.10")))


def test_damage_on_the_disk_is_passed_over_and_told(places: store.Places) -> None:
    store.keep_key(places, KEY.public_key())
    folder = store.install(places, opened(made()))
    assert [bad for _name, _folder, bad in store.problems(places)] == [None]
    (folder / "branches.toml").write_bytes(PHP + b"# changed")
    assert registry.refresh()
    assert registry.standing("end-of-life")[0].origin == "built-in"
    assert [bad.code for _name, _folder, bad in store.problems(places) if bad] == ["hash"]
    store.drop_key(places, next(iter(KEYS)))
    assert [bad.code for _name, _folder, bad in store.problems(places) if bad] == ["unknown-key"]


def test_only_the_newest_versions_are_kept(places: store.Places) -> None:
    for number in range(1, 8):
        store.install(places, opened(made(f"2026.12.01.{number}")))
    assert len(list((places.packs / "end-of-life").iterdir())) == 3
    registry.refresh()
    assert registry.version("end-of-life") == "2026.12.01.7"


def test_keys_as_pem_or_base64() -> None:
    public = KEY.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    import base64

    raw = base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)) + b"\n"
    assert key_id(read_key(pem)) == key_id(read_key(raw)) == next(iter(KEYS))
    other = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for wrong in (other, b"", b"hello", b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"):
        with pytest.raises(BadPack, match="key"):
            read_key(wrong)


def test_what_comes_with_the_program_holds_by_the_same_rules() -> None:
    for name in registry.PACKS:
        shapes.check_content(name, registry.built_in(name).files)


def test_a_pack_of_words_counts_at_once_and_adds_no_class(places: store.Places) -> None:
    text = "本地新词娱乐平台"
    assert not promotion(text).sure
    words = dict(registry.built_in("dark-link-words").files["words.toml"])
    first, *others = words["classes"]
    words["classes"] = [{**first, "strong": [*first["strong"], "新词娱乐平台"]}, *others]
    content = json.dumps(words, default=str).encode()
    with pytest.raises(BadPack):
        opened(make("dark-link-words", "2026.12.01", TODAY, {"words.json": content}, KEY))
    toml = _toml(words)
    store.install(places, opened(make("dark-link-words", "2026.12.01", TODAY, {"words.toml": toml}, KEY)))
    registry.refresh()
    assert promotion(text).sure
    words["classes"] = [*words["classes"], {"name": "politics", "strong": ["x"], "weak": []}]
    assert why(make("dark-link-words", "2026.12.02", TODAY, {"words.toml": _toml(words)}, KEY)) == "content"


def _toml(words: dict[str, object]) -> bytes:
    def row(name: str, value: object) -> str:
        return f"{name} = {json.dumps(value, ensure_ascii=False)}\n"

    text = row("warning", words["warning"]) + row("legitimate", words["legitimate"])
    for each in words["classes"]:  # type: ignore[attr-defined]
        text += "[[classes]]\n" + "".join(row(name, each[name]) for name in ("name", "strong", "weak"))
    return text.encode()
