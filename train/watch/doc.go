// Package watch shows runs in a browser while they train. It only reads them.
//
// A [Server] looks at the folders of runs and of sweeps below one folder: at run.json for configuration and state, metrics.jsonl
// for the epochs so far, the newest checkpoint, or the weights of a finished run, for the effective dimensionality; for a sweep
// at the plan and at the files in which its workers record each run. A run of a sweep keeps its name while its folder moves.
// Files are opened through an [os.Root], so neither a name in a request nor a symbolic link leads out of the folder.
//
// However many viewers there are, each run is followed once: one tail reads its metrics every half second as long as somebody
// watches it, and sends new epochs, encoded once, to all viewers as server-sent events. A viewer that does not keep up is
// disconnected; its browser reconnects by itself and starts from the whole history.
//
//	GET /                     the page
//	GET /api/runs             all runs; with q (words) and state only those that fit
//	GET /api/events?run=NAME  events, up to 16 runs:
//	                          runs     all runs, as the first event, and in left_out what is not listed: the list ends at 5000 runs
//	                          changed  runs that are new or have changed, and the names of those that are gone
//	                          reset    a run's configuration and whole history, also when it was resumed from an older checkpoint
//	                          epochs   new epochs of a run
//	                          ed       effective dimensionality through t of a run's newest weights
//	                          trouble  what could not be read from a run
//
// # Safety
//
// There is no password: whoever reaches the address sees the runs. So a server listens on this computer only, unless told otherwise.
// It answers only to host names that it knows, so that no other site can read it through a name that resolves to this address (DNS
// rebinding); it accepts only GET and HEAD; its page loads nothing from elsewhere and shows all names as text; connections, streams,
// requests and files are bounded.
package watch
