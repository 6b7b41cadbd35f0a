package claims

// doubts say why our networks disagree with a claim, or leave it open. They are about 30 realisations with seed 0; the
// ledger shows them where a verdict is not that the claim holds.
var doubts = map[string]string{
	"C5": "In 30 realisations the chaos, the want of rest and the mixing are there. What fails is the distance asked for: samples of different " +
		"classes are 1.82 times as far apart as those of the same class, not twice. On the first principal component the clouds are well " +
		"apart, and all samples are told apart by the network; distances also count the spread in all other directions, which chaos keeps up.",
	"C7": "In 30 realisations the accuracy is perfect with both networks, and g = 20 compresses to 7 %. At g = 250 the states keep 27 % of their " +
		"dimensionality, 12 dimensions, and 40 % at a fifth of the learning rate (three networks). A likely reason: the error vanishes once " +
		"the outputs are at their targets, and with it the gradient, while the cross-entropy goes on pushing the classes apart.",
	"C8": "In 30 realisations the accuracy is perfect with both networks, and g = 20 compresses to 3 %. At g = 250 the states keep 16 %, 7 of 46 " +
		"dimensions, and that much the untrained linear network compresses as well: without saturation its few growing directions " +
		"outgrow all others by themselves, and learning adds nothing.",
	"C9": "In 10 realisations of both networks the accuracy is perfect throughout; what varies is compression. With half the units 6 of 20 networks, " +
		"all at g = 250, keep slightly more than a tenth (10.8 % on average at g = 250), and with half the learning rate 2 of 20. The smaller " +
		"network starts from fewer dimensions, 37 in place of 46, and ends with as many.",
	"C14": "In 30 realisations the expansion, the fall and the time of the trough are there. The peak is at t = 7.9, and the upper end of its " +
		"interval, 8.2, lies beyond the one step allowed around 7. The curves of the authors' own code peak between 7 and 8.",
	"C16": "In 30 realisations doubling the learning rate lowers the largest exponent from 0.18 to 0.05, with an interval that reaches below 0: some " +
		"networks are quenched and others not. Halving it leaves a fall of ED by 25 % where the paper's rate gives 32 %: a smaller fall, not none.",
	"C17": "In 30 realisations the accuracy is 0.92 and there is no expansion, at the learning rate of 5e-3 that we take for this loss. At 5e-4 to 2e-3 " +
		"(three networks each) the accuracy is 0.98 to 1 and ED reaches 4.6 to 6.1, against 3.2 with cross-entropy: at 5e-3 RMSProp " +
		"steps too far to keep the expansion. F17 tests this.",
	"C19": "In 10 realisations the conclusion is right at g = 100 and g = 250: 1.1 and 3.4 dimensions for d = n, 3.5 and 4.1 for d = 2. At g = 500 it is " +
		"not: 40 epochs do not quench that much chaos, and 33 % of the dimensionality stays for d = n, 15 dimensions. So there is too much chaos " +
		"as well as too little. Nor does accuracy rise steadily with g for d = 2: from 0.97 at g = 1 it falls to 0.88 at 50 and then rises to " +
		"0.995 at 250.",
	"O3": "In 5 realisations there is no such trend. At equal samples ED at t_eval is 3.0, 3.5, 2.6 and 8.9 for batches of 1, 10, 100 and 800, where the " +
		"last took only 40 steps of training; at equal updates it is 2.7, 3.5, 2.4 and 2.4. Batches that are nearly free of noise compress as " +
		"much as single samples, so the noise of the gradient is not what drives compression here.",
}
