"""The job as a BPMN process for SpiffWorkflow: one script task for the rules, one for the choice."""

from __future__ import annotations

import io
from typing import Any  # data of a process

from lxml import etree  # type: ignore[import-untyped]  # comes with SpiffWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from bench.by_hand import BONUS, ROWS
from bench.job import PAUSE, PLACES, QUALITIES, STAGES, Answer, Patient, criteria, findings, gates

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="job" targetNamespace="job">
  <bpmn:process id="job" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>one</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="one" sourceRef="start" targetRef="rules" />
    <bpmn:scriptTask id="rules"><bpmn:incoming>one</bpmn:incoming><bpmn:outgoing>two</bpmn:outgoing>
      <bpmn:script>{rules}</bpmn:script></bpmn:scriptTask>
    <bpmn:sequenceFlow id="two" sourceRef="rules" targetRef="choice" />
    <bpmn:scriptTask id="choice"><bpmn:incoming>two</bpmn:incoming><bpmn:outgoing>three</bpmn:outgoing>
      <bpmn:script>{choice}</bpmn:script></bpmn:scriptTask>
    <bpmn:sequenceFlow id="three" sourceRef="choice" targetRef="end" />
    <bpmn:endEvent id="end"><bpmn:incoming>three</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""


def _text(condition: str) -> str:
    """Return a condition of the job in Python."""
    return condition.replace("count(b2, b3, b4)", "(b2 + b3 + b4)")


def _rules() -> str:
    effects = ", ".join(f"{effect} * bool({_text(text)})" for _, effect, text in gates())
    lines = [f"effect = max({effects})", "stage = ''"]
    for stage in reversed(STAGES):
        met = " and ".join(f"({_text(text)})" for text in criteria()[stage])
        lines += [f"if stage == '' and {met}:", f"    stage = '{stage}'"]
    bonus = ", ".join(f"{BONUS} if {findings()[quality]} else 0" for quality in QUALITIES)
    return "\n".join([*lines, f"bonus = [{bonus}]"])


_CHOICE = f"""exercises = []
if effect < {PAUSE} and stage != '':
    scored = []
    for base, quality, caution, name in rows[stage]:
        if not answers[caution]:
            scored.append((base + bonus[quality], name))
    scored.sort(reverse=True)
    exercises = [name for score, name in scored[:{PLACES}]]"""


class SpiffJob:
    """The process, parsed once and run anew for each decision, as a workflow engine is used."""

    def __init__(self) -> None:
        parser = BpmnParser()
        text = _PROCESS.format(rules=_escaped(_rules()), choice=_escaped(_CHOICE))
        parser.add_bpmn_xml(etree.parse(io.BytesIO(text.encode())))
        self.spec = parser.get_spec("job")
        self.scripts = PythonScriptEngine(TaskDataEnvironment({"rows": ROWS}))

    def decide(self, patient: Patient) -> Answer:
        """Return the answer; SpiffWorkflow keeps each task's data, which is its trace."""
        workflow = BpmnWorkflow(self.spec, script_engine=self.scripts)
        workflow.task_tree.data.update(patient, answers=patient)
        workflow.run_all()
        data: dict[str, Any] = workflow.last_task.data
        return data["effect"], data["stage"], tuple(data["exercises"])


def _escaped(script: str) -> str:
    return script.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
