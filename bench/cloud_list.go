package main

import "time"

// A listed series is one of the frozen list.
type listed struct {
	name    string
	file    string
	time    string // column
	value   string // column
	only    string // column=value: the rows that count, if not all
	native  time.Duration
	licence string
}

// cloudList is the load series of the cloud suite. It is frozen: what is tuned
// and what is reported must mean the same from release to release. A series is
// used on each grid that is not finer than its own interval. The halves a and
// b take turns down the list, so neighbours of one kind come to both.
func cloudList() []listed {
	const (
		mit    = "MIT"
		ccBy   = "CC BY 4.0"
		apache = "Apache-2.0"
		ita    = "Internet Traffic Archive"
		free   = "free of copyright"
		study  = "CC BY 4.0, upstream for study only"
	)
	five := 5 * time.Minute
	nab := func(name, file string) listed {
		return listed{name, file, "timestamp", "value", "", five, mit}
	}
	pool := func(id string) listed {
		return listed{"pool " + id, "cloud/pools_cpu_5min.csv.gz", "timestamp", "cpu_cores", "pool=" + id, five, apache}
	}
	model := func(size string) listed {
		return listed{"LLM requests, " + size, "llm/servegen_m-" + size + "_10min.csv", "t_s", "requests", "", 2 * five, apache}
	}
	return []listed{
		nab("auto-scaling group CPU", "aws/asg_cpu_utilization.csv"),
		nab("EC2 CPU 24ae8d", "aws/ec2_cpu_utilization_24ae8d.csv"),
		nab("EC2 CPU 5f5533", "aws/ec2_cpu_utilization_5f5533.csv"),
		nab("EC2 CPU 825cc2", "aws/ec2_cpu_utilization_825cc2.csv"),
		nab("EC2 CPU c6585a", "aws/ec2_cpu_utilization_c6585a.csv"),
		nab("EC2 disk writes 1ef3de", "aws/ec2_disk_write_bytes_1ef3de.csv"),
		nab("EC2 network in 257a54", "aws/ec2_network_in_257a54.csv"),
		nab("load balancer requests 8c0756", "aws/elb_request_count_8c0756.csv"),
		nab("RDS CPU e47b3b", "aws/rds_cpu_utilization_e47b3b.csv"),
		nab("mentions of AAPL", "tweets/Twitter_volume_AAPL.csv"),
		nab("mentions of CRM", "tweets/Twitter_volume_CRM.csv"),
		nab("mentions of FB", "tweets/Twitter_volume_FB.csv"),
		nab("mentions of IBM", "tweets/Twitter_volume_IBM.csv"),
		nab("mentions of PFE", "tweets/Twitter_volume_PFE.csv"),
		{"Azure region CPU", "cloud/azure_v2_5min.csv.gz", "t_s", "cpu_usage", "", five, ccBy},
		{"Azure VM arrivals", "cloud/azure_v1_vm_arrivals_5min.csv.gz", "t_s", "vms", "", five, ccBy},
		pool("cluster1"), pool("cluster14"), pool("cluster22"), pool("cluster3"), pool("cluster39"), pool("cluster7"),
		{"Alibaba cluster CPU", "cloud/alibaba2018_5min.csv.gz", "t_s", "cpu_util_percent", "", five, study},
		model("small"), model("mid"), model("large"),
		{"Wikimedia page views", "web/wikipedia_hourly.csv.gz", "timestamp", "pageviews", "", time.Hour, free},
		{"NASA web server", "web/nasa_http_1min.csv.gz", "timestamp", "requests", "", time.Minute, ita},
		{"World Cup web site", "web/worldcup98_1min.csv.gz", "timestamp", "requests", "", time.Minute, ita},
		{"taxi passengers", "demand/nyc_taxi_30min.csv", "timestamp", "value", "", 30 * time.Minute, mit},
	}
}
