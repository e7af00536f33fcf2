# Turns the output of the planner's benchmarks, which may be that of several
# runs, into a table: milliseconds of processor time for each plan, the least of
# all runs.

BEGIN {
	sizes = split("2016/100 2016/1000 576/100 576/1000", size, " ")
	print "| ms for a plan | 7 days, 100 units | 7 days, 1,000 units | 2 days, 100 units | 2 days, 1,000 units |"
	print "|---|---:|---:|---:|---:|"
}

{
	for (i = 3; i <= NF; i++) if ($i == "cpu-ms/op") took = $(i - 1)
}

$1 ~ /^BenchmarkBuild/ {
	split($1, part, /[\/=]/)
	name = part[6]
	sub(/-[0-9]+$/, "", name)
	key = part[3] "/" part[5] "/" name
	if (!(name in seen)) {
		seen[name] = 1
		row[++rows] = name
	}
	if (!(key in best) || took < best[key]) best[key] = took
}

$1 ~ /^BenchmarkFleet/ {
	if (!fleet || took < fleet) fleet = took
}

END {
	for (i = 1; i <= rows; i++) {
		line = "| " row[i] " |"
		for (k = 1; k <= sizes; k++) line = line sprintf(" %.3g |", best[size[k] "/" row[i]])
		print line
	}
	printf "\n10,000 services, 2 days each: %.3g s of processor time.\n", fleet * 10000 / 1e3
}
