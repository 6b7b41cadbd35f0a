"""One training step of the network in another library; see bench_peers.go for the protocol."""
import json
import sys
import time

name, shape = sys.argv[1], json.loads(sys.argv[2])
n, batch, steps, threads = shape["n"], shape["batch"], shape["t_eval"], shape["threads"]
dtype = shape["dtype"]


def openblas():
    """Only the step's matrix products: forward, backward, and the gradient of R over all steps at once."""
    import numpy as np

    random = np.random.default_rng(0)

    def normal(*size):
        return random.standard_normal(size).astype(dtype)

    weights = normal(n, n) / n ** 0.5
    states, deltas = normal(steps + 1, batch, n), normal(steps + 1, batch, n)
    weights = weights.astype(dtype)
    gradient = np.empty((n, n), dtype)
    stacked_states, stacked_deltas = states[:-1].reshape(-1, n), deltas[1:].reshape(-1, n)

    def step():
        for t in range(steps):
            np.dot(states[t], weights, out=states[t + 1])
        for t in range(steps, 0, -1):
            np.dot(deltas[t], weights, out=deltas[t - 1])
        np.dot(stacked_deltas.T, stacked_states, out=gradient)

    return step


def pytorch():
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    kind = getattr(torch, dtype)

    def parameter(*size, scale=1.0):
        return torch.nn.Parameter((scale * torch.randn(*size)).to(kind))

    R = torch.nn.Parameter((0.99 * torch.eye(n) + 0.01 * 20 * torch.randn(n, n) / n ** 0.5).to(kind))
    W, b1, b2 = parameter(2, n, scale=0.3 / n ** 0.5), parameter(n, scale=0), parameter(2, scale=0)
    x, label = torch.randn(batch, n).to(kind), torch.arange(batch) % 2
    optimiser = torch.optim.RMSprop([R, W, b1, b2], lr=1e-3, alpha=0.9)

    def step():
        optimiser.zero_grad()
        h = torch.tanh(x + b1)
        for _ in range(steps):
            h = torch.tanh(h @ R.T + b1)
        loss = torch.nn.functional.cross_entropy(h @ W.T + b2, label)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def jax():
    import os

    os.environ.setdefault("XLA_FLAGS", f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} intra_op_parallelism_threads={threads}")
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", dtype == "float64")
    keys = jax.random.split(jax.random.PRNGKey(0), 3)
    R = (0.99 * jnp.eye(n) + 0.2 * jax.random.normal(keys[0], (n, n)) / n ** 0.5).astype(dtype)
    W = (0.3 / n ** 0.5 * jax.random.normal(keys[1], (2, n))).astype(dtype)
    parameters = (R, W, jnp.zeros(n, dtype), jnp.zeros(2, dtype))
    x, onehot = jax.random.normal(keys[2], (batch, n)).astype(dtype), jax.nn.one_hot(jnp.arange(batch) % 2, 2, dtype=dtype)

    def loss(parameters):
        R, W, b1, b2 = parameters
        h = jnp.tanh(x + b1)
        for _ in range(steps):
            h = jnp.tanh(h @ R.T + b1)
        return -jnp.mean(jnp.sum(jax.nn.log_softmax(h @ W.T + b2) * onehot, 1))

    @jax.jit
    def update(parameters, squares):
        gradients = jax.grad(loss)(parameters)
        squares = tuple(0.9 * s + 0.1 * g * g for s, g in zip(squares, gradients))
        return tuple(p - 1e-3 * g / (jnp.sqrt(s) + 1e-8) for p, g, s in zip(parameters, gradients, squares)), squares

    state = [parameters, tuple(jnp.zeros_like(p) for p in parameters)]

    def step():
        state[0], state[1] = update(*state)
        state[0][0].block_until_ready()

    return step


try:
    step = {"openblas": openblas, "pytorch": pytorch, "jax": jax}[name]()
except ImportError as error:
    sys.exit(print(f"Python has no module {error.name}"))
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        step()
    print(time.perf_counter() - start, flush=True)
