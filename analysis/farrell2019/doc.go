// Package farrell2019 repeats the experiments of Farrell, Recanatesi, Lajoie, Shea-Brown, "Recurrent neural networks learn robust
// representations by dynamically balancing compression and expansion" (NeurIPS 2019 workshop), as one study: its networks
// ([Configuration], [Presets]), which of them its figures need ([Options.Plan]), figures and report ([Result.Write]), and the
// curves of the authors' own code to compare with ([References]). [Variants] are sweeps over the settings that their later code varies,
// one file each in the folder variants. Package claims tests its sentences one by one.
//
// What other studies also need is in the packages that it imports: package measure trains and measures, package report draws.
package farrell2019
