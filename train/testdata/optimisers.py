"""Makes optimisers.json: five steps of torch.optim (PyTorch 1.13) on given gradients, float64."""
import json

import torch

torch.manual_seed(7)
cases = []
for name, call in {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "sgd momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, weight_decay=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6),
    "adam decay": lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.2),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9),
    "rmsprop momentum": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.7, eps=1e-4, momentum=0.6, weight_decay=0.3),
}.items():
    w = torch.nn.Parameter(torch.randn(11, dtype=torch.float64))
    optimiser, group = call([w]), call([w]).param_groups[0]
    start, gradients = w.tolist(), torch.randn(5, 11, dtype=torch.float64) * 10.0 ** torch.arange(0, -5, -1.0)[:, None]
    for gradient in gradients:
        w.grad = gradient.clone()
        optimiser.step()
    betas = group.get("betas", (0.9, 0.999))
    cases.append({
        "name": name, "start": start, "gradients": gradients.tolist(), "end": w.tolist(), "lr": group["lr"],
        "alpha": group.get("alpha", 0.9), "eps": group.get("eps", 1e-8), "momentum": group.get("momentum", 0.0),
        "beta1": betas[0], "beta2": betas[1], "weight_decay": group["weight_decay"],
    })
with open("optimisers.json", "w") as file:
    json.dump(cases, file)
