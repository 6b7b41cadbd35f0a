module github.com/unfurl-rnn/unfurl/graph/machine/kernel/generate

go 1.26.0

require github.com/mmcloughlin/avo v0.6.0
