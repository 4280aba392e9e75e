"""The tables that come with Fenghuo."""

WARNING_LEVEL = "warning-level"

SHIPPED = (
    {
        "name": WARNING_LEVEL,
        "version": "1",
        "source": "GB/T 32924-2016, 4.2",
        "sureness": "C",
        "cells": {
            "vital": {"extreme": "red", "severe": "orange", "considerable": "yellow", "slight": "blue"},
            "important": {"extreme": "orange", "severe": "yellow", "considerable": "blue", "slight": "blue"},
            "ordinary": {"extreme": "yellow", "severe": "blue", "considerable": "blue", "slight": "blue"},
        },
    },
)
