"""Writes *.onnx with the helpers of onnx 1.23.2: the models that onnx_test.go asks for. Usage: python3 make.py"""
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

N, D, C = 3, 2, 2
FLOAT, DOUBLE, INT64, BOOL = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.BOOL
count = lambda first, *shape: (np.arange(first, first + np.prod(shape)).reshape(shape) / 8).astype(np.float32)
embedding, R, W, b1, b2 = count(1, N, D), count(-4, N, N), count(2, C, N), count(0, N), count(5, C)


def value(name, kind, shape, description=None):
    return helper.make_tensor_value_info(name, kind, shape, description)


def node(operator, name, inputs, outputs, **attributes):
    return helper.make_node(operator, inputs, outputs, name=name, **attributes)


def write(path, graph):
    model = helper.make_model(graph, producer_name="unfurl", producer_version="1", doc_string="a test", ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(model, {"a": "1", "b": "two"})
    checker.check_model(model, full_check=True)
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


step = helper.make_graph(
    [node("Add", "a", ["a", "b1"], ["sum"]),
     node("Tanh", "h", ["sum"], ["h"]),
     node("MatMul", "R", ["h", "R_transposed"], ["a_next"]),
     node("Identity", "go_on", ["go_on"], ["go_on_next"]),
     node("Identity", "h_next", ["h"], ["h_next"]),
     node("Identity", "h_kept", ["h"], ["h_kept"])],
    "step",
    [value("t", INT64, []), value("go_on", BOOL, []), value("a", FLOAT, ["batch", N]), value("h_before", FLOAT, ["batch", N])],
    [value("go_on_next", BOOL, []), value("a_next", FLOAT, ["batch", N]), value("h_next", FLOAT, ["batch", N]),
     value("h_kept", FLOAT, ["batch", N])])
constants = {
    "shift": np.array([0.5, -1]), "stretch": np.array([2, 4.0]),
    "embedding_transposed": embedding.T, "R_transposed": R.T, "W_transposed": W.T, "b1": b1, "b2": b2,
    "one": np.array(1),
}
nodes = [
    node("Sub", "shifted", ["points", "shift"], ["shifted"]),
    node("Mul", "stretched", ["shifted", "stretch"], ["stretched"]),
    node("Cast", "scaled", ["stretched"], ["scaled"], to=FLOAT),
    node("MatMul", "embedding", ["scaled", "embedding_transposed"], ["x"]),
    node("Add", "step_count", ["steps", "one"], ["step_count"]),
    node("Loop", "steps", ["step_count", "", "x", "x"], ["a_last", "h_last", "states"], body=step),
    node("MatMul", "W", ["h_last", "W_transposed"], ["readout"]),
    node("Add", "logits", ["readout", "b2"], ["logits"]),
]
points = value("points", DOUBLE, ["batch", D], "one input a row, shown at t = 0")
asked = value("steps", INT64, [], "T, the last time, from which the logits are read")
for path, inputs, fixed in (("network.onnx", [points, asked], {}), ("network_4_steps.onnx", [points], {"steps": np.array(4)})):
    graph = helper.make_graph(
        nodes, "network", inputs,
        [value("logits", FLOAT, ["batch", C], "o, read from the state at T"),
         value("states", FLOAT, ["time", "batch", N], "h at t = 0 .. T")],
        [numpy_helper.from_array(array.copy(order="C"), name) for name, array in (constants | fixed).items()])
    write(path, graph)
for path, operator, gates, attributes in (("relu.onnx", "RNN", 1, {"activations": ["Relu"]}), ("gru.onnx", "GRU", 3, {"linear_before_reset": 1}),
                                          ("lstm.onnx", "LSTM", 4, {})):
    rows = gates * N
    constants = {
        "input_weights": count(1, 1, rows, D), "recurrent_weights": count(-4, 1, rows, N),
        "bias": np.concatenate([count(0, 1, rows), count(3, 1, rows)], 1), "W_transposed": W.T, "b2": b2, "direction": np.array([1]),
    }
    graph = helper.make_graph(
        [node(operator, "steps", ["inputs", "input_weights", "recurrent_weights", "bias"], ["states_by_direction"], hidden_size=N, **attributes),
         node("Squeeze", "states", ["states_by_direction", "direction"], ["states"]),
         node("MatMul", "W", ["states", "W_transposed"], ["readout"]),
         node("Add", "outputs", ["readout", "b2"], ["outputs"])],
        "network", [value("inputs", FLOAT, ["time", "batch", D], "what the task shows at each step")],
        [value("outputs", FLOAT, ["time", "batch", C], "o, read from every state"),
         value("states", FLOAT, ["time", "batch", N], "h after each input")],
        [numpy_helper.from_array(array.copy(order="C"), name) for name, array in constants.items()])
    write(path, graph)
