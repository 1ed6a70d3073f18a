"""The Table Schema of each feed: the shape that schema.data.gouv.fr and Validata expect."""

import json
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from pipeline.derive import table_schema
from pipeline.derive.table_schema import FIELD_TYPES
from pipeline.feeds import all_feeds

FEEDS = sorted(all_feeds())
# contracts.md, "schema.data.gouv.fr habits".
HABITS = {
    *("countryCode", "homepage", "path", "licenses", "sources", "created", "lastModified", "version", "primaryKey"),
    *("$schema", "name", "title", "description", "fields"),
}
# Table Schema specification: constraints by type of field.
ALLOWED = {
    "string": {"required", "pattern", "maxLength", "enum"},
    "number": {"required", "minimum", "maximum"},
    "integer": {"required", "minimum", "maximum"},
    "boolean": {"required"},
    "date": {"required"},
    "datetime": {"required"},
    "time": {"required"},
}
MOMENTS = {"date": date, "datetime": datetime, "time": time}


def fields(name: str) -> dict[str, Any]:
    return {field["name"]: field for field in table_schema(all_feeds()[name])["fields"]}


@pytest.mark.parametrize("name", FEEDS)
def test_a_schema_has_the_habits_of_the_french_register(name: str) -> None:
    schema = table_schema(all_feeds()[name])
    assert set(schema) >= HABITS
    assert re.fullmatch(r"[a-z0-9-]+", schema["name"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", schema["version"])
    assert date.fromisoformat(schema["created"]) <= date.fromisoformat(schema["lastModified"])
    assert schema["licenses"][0]["name"] == "etalab-2.0"
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("name", FEEDS)
def test_each_field_has_a_known_type_its_words_and_an_example_that_reads_in_its_format(name: str) -> None:
    for field in table_schema(all_feeds()[name])["fields"]:
        assert field["title"]
        assert field["description"]
        assert set(field["constraints"]) <= ALLOWED[field["type"]]
        example = field.get("example")
        if example is None:
            assert not field["constraints"]["required"], field["name"]
        elif field["type"] in MOMENTS:
            assert datetime.strptime(example, field["format"]).strftime(field["format"]) == example
        elif field["type"] in ("number", "integer"):
            assert isinstance(example, int | float)
            assert field["constraints"].get("minimum", example) <= example
            assert example <= field["constraints"].get("maximum", example)
        else:
            assert example in field["constraints"].get("enum", [example])
            assert re.search(field["constraints"].get("pattern", ""), example)


@pytest.mark.parametrize("name", FEEDS)
def test_keys_name_fields_that_exist_here_and_in_the_feed_referred_to(name: str) -> None:
    schema = table_schema(all_feeds()[name])
    own = fields(name)
    assert schema["primaryKey"]
    assert set(schema["primaryKey"]) <= set(own)
    assert any(own[key]["constraints"]["required"] for key in schema["primaryKey"])
    for foreign in schema["foreignKeys"]:
        assert foreign["fields"] in own
        assert foreign["reference"]["fields"] in fields(foreign["reference"]["resource"])


def test_the_gateway_of_a_counter_refers_to_a_neighbourhood() -> None:
    keys = table_schema(all_feeds()["counters"])["foreignKeys"]
    assert keys == [{"fields": "porte_de_quartier", "reference": {"resource": "neighbourhoods", "fields": "quartier"}}]


def test_footfall_says_what_an_empty_count_means_and_what_it_follows() -> None:
    schema = table_schema(all_feeds()["footfall"])
    field = fields("footfall")["passages"]
    assert field["constraints"] == {"required": False, "minimum": 0}
    assert "0 = personne n'est passé ; vide = non compté" in field["description"]
    assert fields("footfall")["sens"]["constraints"]["enum"] == ["total", "entrant", "sortant"]
    assert schema["sources"][0]["path"] == "https://github.com/etalab/schema-comptage-mobilites"


def test_titles_come_in_either_language_and_field_names_never_change() -> None:
    french, english = (table_schema(all_feeds()["shops"], language) for language in ("fr", "en"))
    assert (french["fields"][0]["title"], english["fields"][0]["title"]) == ("Local", "Premises")
    assert [f["name"] for f in french["fields"]] == [f["name"] for f in english["fields"]]


def test_the_addresses_are_those_of_whoever_publishes() -> None:
    schema = table_schema(all_feeds()["shops"], address="https://ville.example/schemas")
    assert schema["path"] == "https://ville.example/schemas/shops/schema.json"


@pytest.mark.shared
def test_the_words_used_are_those_of_the_published_schemas(shared: Path) -> None:
    published = [
        json.loads(path.read_text("utf-8")) for path in sorted((shared / "data/schemas").glob("*/schema.json"))
    ]
    assert published
    known = {word for schema in published for word in schema} | {"foreignKeys"}
    known_in_field = {word for schema in published for field in schema["fields"] for word in field}
    ours = table_schema(all_feeds()["footfall"])
    assert set(ours) <= known
    assert {word for field in ours["fields"] for word in field} <= known_in_field
    assert {told["type"] for told in FIELD_TYPES.values()} - {"time"} <= {
        field["type"] for schema in published for field in schema["fields"]
    }
