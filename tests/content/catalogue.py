"""The exercise plugins as their TOML says it, and the table of facts that the low back one is written from.

The facts are kept apart from the plugin on purpose: a test that derives what it expects from what it
tests cannot fail.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "plugins" / "lumbar_exercises"
LEVELS = ("settle", "control", "build")

Table = Mapping[str, Any]  # what tomllib reads: any TOML value under a key

# id | demand | doses | progressions | cautions of the catalogue of clinical facts (section 4).
# Doses in the order of LEVELS: as in the catalogue, `-` for none, `own` where it says a word and no number.
FACTS_TEXT = """
breathing_diaph | 1 | 3-5 own - | adim_supine | PREG
adim_supine | 1 | 10x10s 10x10s own | heel_slide | PREG
adim_prone | 1 | 10x10s 10x10s - | adim_quad | STEN PREG
adim_quad | 1 | 10x10s 10x10s - | bird_dog_arm | SH KN
mf_prone | 1 | 10x10s 10x10s - | mf_stand bird_dog_leg | STEN
mf_stand | 1 | 10x5s 10x10s - | hinge_dowel | FALL
pf_cocontract | 1 | 10x5s 10x10s own | brace_stand | PREG
brace_stand | 2 | - 10x10s own | pallof_half | BP
pelvic_tilt_sup | 1 | 10x 10x - | pelvic_tilt_sit | DISC
pelvic_tilt_sit | 1 | 10x 2x10 - | brace_stand | FALL
bent_fallout | 1 | 10x 2x10 - | heel_slide | -
heel_slide | 1 | 10x 2x10 - | supine_march | PREG
supine_march | 2 | - 2-3x10 - | deadbug_legs | PREG
deadbug_legs | 2 | - 2-3x8 - | deadbug_full | DISC
deadbug_full | 3 | - 2-3x6-8 3x8-10 | deadbug_load | PREG
deadbug_load | 4 | - - 3x8 | stir_pot | BP
quad_rock | 1 | 10x 2x10 - | bird_dog_leg | KN
bird_dog_arm | 1 | 5x5s 2x8 - | bird_dog_leg | SH
bird_dog_leg | 2 | 5x5s 2x8x5s - | bird_dog_full | KN
bird_dog_full | 3 | - 3x(8-6-4)x8s own | bird_dog_square | SH KN
bird_dog_square | 3 | - - 3x5 | back_ext_45 | -
glute_set | 1 | 10x5s - - | bridge_double | -
clam | 1 | 10x 2-3x12 - | hip_abd_side | -
hip_abd_side | 2 | - 2-3x10 3x12 | band_walk | -
band_walk | 3 | - 2x10m 3x15m | single_leg_sts | KN
bridge_double | 2 | 8x5s 3x10x5s - | bridge_march | STEN PREG
bridge_march | 3 | - 3x8 3x10 | bridge_single | PREG
bridge_single | 3 | - 2x8 3x10 | hip_thrust | -
hip_thrust | 4 | - - 3x8-12 | rdl | STEN BP
curlup_mcgill | 2 | - 3x(8-6-4)x8s own | curlup_elbows | FX
curlup_elbows | 3 | - - 3x8x10s | plank_full | FX
side_knees | 2 | 3x5s 3x(8-6-4)x8s - | side_feet | SH
side_feet | 3 | - 3x(5-4-3)x8s own | side_roll | SH
side_roll | 4 | - - 3x5 | carry_suitcase | SH
plank_incline | 1 | 3x10s 3x20s - | plank_knees | SH
plank_knees | 2 | - 3x15s - | plank_full | PREG SH
plank_full | 3 | - 3x10-20s 3x30s | stir_pot | PREG BP SH
stir_pot | 5 | - - 3x6 | - | BP SH
rollout | 5 | - - 3x6 | - | SH
pallof_half | 3 | - 2x8x3s 3x10 | pallof_stand | KN
pallof_stand | 3 | - 2x8 3x10 | chop_lift | -
chop_lift | 4 | - - 3x8 | - | DISC
hinge_dowel | 2 | 5x 2-3x8 own | rdl | -
sit_stand | 2 | 2x5 2-3x10 - | squat_body | KN
squat_body | 3 | - 2-3x10 3x15 | goblet | KN
goblet | 4 | - - 3x8-12 | deadlift | BP KN
split_squat | 4 | - 2x6 3x8-10 | step_up | KN FALL
step_up | 3 | - 2x8 3x10 | split_squat | KN FALL
single_leg_sts | 4 | - - 3x6 | - | KN FALL
rdl | 4 | - 2x8 3x8-10 | deadlift | FX DISC
deadlift | 5 | - - 3x5-8 | task_lift | FX BP POST
kb_swing | 5 | - - 4x10 | - | DISC BP
carry_suitcase | 4 | - 3x20m 4x30m | carry_farmer | SH FALL
carry_farmer | 3 | - 3x20m 4x40m | carry_suitcase | BP
row_stand | 3 | - 2x10 3x10 | rdl | -
back_ext_45 | 4 | - - 3x8-12 | deadlift | STEN BP
prone_superman | 5 | - - 2x5 | - | FX STEN
press_up | 1 | 10x 10x own | stand_ext | STEN
prone_elbows | 1 | 2-5 - - | press_up | STEN PREG
stand_ext | 1 | 10x 10x own | - | STEN FALL
shift_corr | 1 | 10x - - | press_up | -
knee_chest_1 | 1 | 5x10s 3x20s - | knee_chest_2 | FX DISC PREG
knee_chest_2 | 1 | 5x10s 3x20s - | - | FX DISC PREG
trunk_rot | 1 | 10x 2x10 - | open_book | FX
open_book | 1 | 8x 2x8 own | - | FX
cat_camel | 1 | 8x 8x own | quad_rock | FX
child_pose | 1 | 3x20s 3x30s - | - | FX DISC KN
ham_stretch | 1 | - 3x30s 3x30s | - | PREG
hipflex_stretch | 1 | - 3x30s 3x30s | - | STEN KN
quad_stretch | 1 | - 3x30s 3x30s | - | STEN KN
piriformis | 1 | 3x20s 3x30s - | - | -
slider_sciatic | 1 | 10x 2x10 - | - | -
walk | 1 | 5-10 20-30 30 | - | FALL
bike | 2 | 5-10 15-20 30 | - | DISC
pool | 1 | 10 20 30 | walk | -
balance_sls | 1 | 3x10s 3x30s own | band_walk | FALL
task_lift | 4 | - own own | - | POST
"""


@attrs.frozen
class Fact:
    """One row of the catalogue: demand 1 to 5, dose text by level, ids one step harder, caution codes."""

    demand: int
    doses: Mapping[str, str]
    progressions: frozenset[str]
    cautions: frozenset[str]


def read_fact(row: str) -> tuple[str, Fact]:
    name, demand, doses, progressions, cautions = (cell.strip() for cell in row.split("|"))
    fact = Fact(
        demand=int(demand),
        doses={level: dose for level, dose in zip(LEVELS, doses.split(), strict=True) if dose != "-"},
        progressions=frozenset(progressions.split()) - {"-"},
        cautions=frozenset(cautions.split()) - {"-"},
    )
    return name, fact


FACTS = dict(read_fact(row) for row in FACTS_TEXT.strip().splitlines())


def read_tables(kind: str, folder: Path = FOLDER) -> dict[str, Table]:
    """Returns all tables of a kind (`exercise`, `ladder`, `caution`) from all files of a plugin or protocol."""
    tables: dict[str, Table] = {}
    for path in sorted(folder.rglob("*.toml")):
        if "cases" in path.parts:
            continue
        found = tomllib.loads(path.read_text(encoding="utf-8")).get(kind, {})
        twice = tables.keys() & found.keys()
        if twice:
            raise ValueError(f"{path.name}: {kind} {sorted(twice)} declared twice")
        tables.update(found)
    return tables


def read_bundled(kind: str) -> dict[str, Table]:
    """Returns the tables of a kind of everything bundled, by `owner.id`."""
    folders = sorted(path for shelf in ("plugins", "protocols") for path in (ROOT / shelf).iterdir())
    found = {folder.name: read_tables(kind, folder) for folder in folders if folder.is_dir()}
    return {f"{owner}.{id_}": table for owner, tables in found.items() for id_, table in tables.items()}


EXERCISES = read_tables("exercise")
LADDERS = read_tables("ladder")
CAUTIONS = read_tables("caution")
VOCABULARY: Table = read_tables("vocabulary")
# Of all that is bundled.
ALL_EXERCISES = read_bundled("exercise")
ALL_LADDERS = read_bundled("ladder")
ALL_CAUTIONS = read_bundled("caution")


def patient_text(exercise: Table) -> str:
    """Returns everything an exercise says to the patient, as one text."""
    return " ".join([*exercise["how"], *exercise["cues"], *exercise["avoid"], exercise.get("tell", "")])
