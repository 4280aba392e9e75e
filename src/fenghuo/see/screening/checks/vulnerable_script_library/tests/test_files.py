"""Libraries as they are really written: first lines, versions inside minified files, hashes, addresses."""

import hashlib

import pytest

from fenghuo.see.screening.content.libraries import catalogue, in_address, in_text, released


@pytest.mark.parametrize(
    ("text", "library", "version"),
    [
        ("/*!\n * jQuery JavaScript Library v1.12.4\n * http://jquery.com/\n", "jquery", "1.12.4"),
        ("/*! jQuery v3.4.1 | (c) JS Foundation and other contributors */", "jquery", "3.4.1"),
        ("/*! jQuery UI - v1.12.1 - 2016-09-14\n", "jquery-ui", "1.12.1"),
        ("/*!\n * Bootstrap v3.3.7 (http://getbootstrap.com)\n", "bootstrap", "3.3.7"),
        ("/*\n AngularJS v1.5.8\n (c) 2010-2016 Google, Inc.", "angularjs", "1.5.8"),
        ('var a="__lodash_hash_undefined__";b.VERSION="4.17.11"', "lodash", "4.17.11"),
        ('e.version="2.24.0",e.isMoment=f', "moment", "2.24.0"),
        ('r=function(){this.v="2.6.8"},o=t.LAYUI_GLOBAL||{}', "layui", "2.6.8"),
        ("//     Underscore.js 1.8.3\n//     http://underscorejs.org", "underscore", "1.8.3"),
        ('UE.version = "1.4.3";window.UEDITOR_HOME_URL', "ueditor", "1.4.3"),
    ],
)
def test_a_file_says_what_it_is(text: str, library: str, version: str) -> None:
    assert [(one.library.id, one.version) for one in in_text(text)] == [(library, version)]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("/js/jquery-1.8.3.min.js", ("jquery", "1.8.3")),
        ("/ajax/libs/jquery/1.12.4/jquery.min.js", ("jquery", "1.12.4")),
        ("/npm/vue@2.6.14/dist/vue.js", ("vue", "2.6.14")),
        ("/js/layui/layui.js?v=2.5.6", ("layui", "2.5.6")),
        ("/js/jquery-ui-1.10.3.custom.min.js", ("jquery-ui", "1.10.3")),
        ("/js/jquery.min.js?v=20240101", None),
        ("/js/jquery.min.js?t=1.7", None),
        ("/js/my-jquery-helpers-1.2.3.js", None),
    ],
)
def test_an_address_states_a_version(address: str, known: tuple[str, str] | None) -> None:
    found = in_address(address)
    assert (found and (found.library.id, found.version)) == known


def test_a_released_file_is_known_by_its_hash_alone() -> None:
    digest, (library, version) = next(iter(catalogue().released.items()))
    found = released(digest)
    assert found is not None
    assert (found.library.id, found.version) == (library, version)
    assert released(hashlib.sha256(b"other").hexdigest()) is None


def test_every_fault_is_in_some_version_and_mended_in_another() -> None:
    for library in catalogue().libraries.values():
        for fault in library.faults:
            for first, before in fault.affected:
                assert fault.fixed_in(first or "0.1") == before
                assert fault.fixed_in(before) in (None, *(b for _a, b in fault.affected if b != before))
