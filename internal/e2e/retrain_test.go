package e2e_test

import (
	"bytes"
	"testing"

	"headroom/activities/retraining"
	"headroom/capacity"
	"headroom/internal/devstack"
	"headroom/workflows"
)

// TestRetrain_Survives compares a run in which everything is killed once with
// an undisturbed run of the same input, whose artefacts are in another bucket.
func TestRetrain_Survives(t *testing.T) {
	needServers(t)
	s := newSite(t)
	in := workflows.RetrainInput{Service: s.forced(t, s.policy), Clock: capacity.Replay(s.origin, 1)}
	id := workflows.RetrainID(s.policy.Service)

	if err := s.forceIn(t.Context(), devstack.HistoryBucket, s.policy); err != nil {
		t.Fatal(err)
	}
	calm := s.startWorker(t, devstack.HistoryBucket)
	var undisturbed workflows.RetrainResult
	if err := s.start(t, id, workflows.Retrain, in).Get(t.Context(), &undisturbed); err != nil {
		t.Fatal(err)
	}
	calm.kill(t)
	want := s.read(t, devstack.HistoryBucket, capacity.ChampionKey(s.policy.Service), nil)

	worker := s.startWorker(t, devstack.Bucket)
	run := s.start(t, id, workflows.Retrain, in)
	eventually(t, "a backtest is under way", func() bool { return under(s.pending(t, id), "Backtest") > 0 })
	worker.kill(t)
	if under(s.pending(t, id), "Backtest") == 0 {
		t.Fatal("the worker was killed too late: no backtest was interrupted")
	}
	key := undisturbed.History.Table.Key
	before := s.read(t, devstack.Bucket, key, nil)

	s.startWorker(t, devstack.Bucket)
	eventually(t, "an interrupted backtest is tried again", func() bool {
		for _, p := range s.pending(t, id) {
			if p.GetActivityType().GetName() == "Backtest" && p.GetAttempt() > 1 {
				return true
			}
		}
		return false
	})
	// The second blow hits while the first one's work is done again.
	if err := s.stack.S3.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "an activity notices that the S3 server is gone", func() bool {
		for _, p := range s.pending(t, id) {
			if p.GetAttempt() > 1 && p.GetLastFailure().GetApplicationFailureInfo() != nil {
				return true
			}
		}
		return false
	})
	if err := s.stack.S3.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var disturbed workflows.RetrainResult
	if err := run.Get(t.Context(), &disturbed); err != nil {
		t.Fatal(err)
	}

	var champion retraining.Champion
	got := s.read(t, devstack.Bucket, capacity.ChampionKey(s.policy.Service), &champion)
	if !bytes.Equal(got, want) {
		t.Errorf("got champion %s, the undisturbed run's is %s", got, want)
	}
	if err := champion.Trained.Check(s.read(t, devstack.Bucket, champion.Trained.Key, nil)); err != nil {
		t.Errorf("the trained model: %v", err)
	}
	if after := s.read(t, devstack.Bucket, key, nil); !bytes.Equal(before, after) {
		t.Errorf("the history that was stored before the kill has changed from %d to %d bytes", len(before), len(after))
	}
	if err := undisturbed.History.Table.Check(before); err != nil {
		t.Errorf("the history that was stored before the kill: %v", err)
	}
}
