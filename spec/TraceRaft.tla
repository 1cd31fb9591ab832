------------------------------- MODULE TraceRaft -------------------------------
(* Whether runs of the real core are behaviours of Raft.tla. The module Traces, which a program writes, holds the runs: each a *)
(* sequence of events, one for each turn of one member, with what that member was told and what its memory and disk held       *)
(* afterwards. README.md lists the fields. A run that can be followed to its end is reported as accepted; of one that cannot    *)
(* be, no action of the specification explains some event.                                                                     *)
EXTENDS Raft, Traces

CONSTANT IsVerbose      \* whether to report each event reached, to see where a run is left

VARIABLES
    trace,              \* which run is followed
    at,                 \* how many of its events are explained
    isTold              \* whether the member took the input of the next event, and its turn is not over

traceVars == <<vars, trace, at, isTold>>

Event == Traces[trace][at + 1]

(* What the event says of the member after its turn. *)
Matches(e, c, d) ==
    /\ c.term = e.term /\ c.vote = e.vote
    /\ c.role = e.role /\ c.leader = e.leader
    /\ Len(c.log) = e.last /\ Last(c.log) = e.lastTerm
    /\ c.commit = e.commit
    /\ c.persisted = e.persisted
    /\ c.round.no = e.round
    /\ d.term = e.diskTerm /\ d.vote = e.diskVote /\ Len(d.log) = e.diskLast

(* Reads that the turn answered, each with its index. *)
AreServed(e, c, known) ==
    \A n \in 1..Len(e.served) :
        LET read == known[e.served[n][1]]
        IN  read.at = e.node /\ read.phase = "confirmed" /\ read.index = e.served[n][2] /\ c.commit >= read.index

Nothing == UNCHANGED vars

(* A vote asked for in earnest or before: the event names the request by `from`, `mTerm`, `mLast` and `mLastTerm`. *)
Asked(e, type) ==
    [type |-> type, term |-> e.mTerm, from |-> e.from, lastIndex |-> e.mLast, lastTerm |-> e.mLastTerm]

Appended(e, m) ==
    /\ m.type = "Append" /\ m.term = e.mTerm /\ m.from = e.from
    /\ e.mLast <= Len(m.log)
    /\ IF e.prev = 0 THEN TRUE ELSE m.log[e.prev] = e.prevTerm
    /\ e.mCommit <= m.commit /\ e.mRound <= m.round

IsLaterTerm(i, e) == e.term > core[i].term

(* The input of the turn. *)
Take(i, e) ==
    \/ e.kind \in {"time", "hint"} /\ (Campaign(i) \/ StepDown(i) \/ Nothing)
    \/ e.kind = "preRequest" /\ Asked(e, "PreRequest") \in msgs
                             /\ IF e.granted THEN AnswerPreRequest(i, Asked(e, "PreRequest")) ELSE Nothing
    \/ e.kind = "preAnswer" /\ IF IsLaterTerm(i, e) /\ e.role = "Follower" THEN HearTerm(i, e.term)
                               ELSE WinPreVote(i) \/ GiveUp(i) \/ Nothing
    \/ e.kind = "request" /\ Asked(e, "Request") \in msgs
                          /\ \/ AnswerRequest(i, Asked(e, "Request"))
                             \/ ~e.granted /\ Nothing
    \/ e.kind = "answer" /\ IF IsLaterTerm(i, e) THEN HearTerm(i, e.term) ELSE BecomeLeader(i) \/ GiveUp(i) \/ Nothing
    \/ e.kind = "append" /\ \E m \in msgs :
                              /\ Appended(e, m)
                              /\ \/ AnswerAppend(i, m, e.prev, e.mLast, e.mCommit, e.mRound)
                                 \/ e.mTerm < core[i].term /\ Nothing
    \/ e.kind \in {"ack", "readAsk"} /\ IF IsLaterTerm(i, e) THEN HearTerm(i, e.term) ELSE Nothing
    \/ e.kind = "readTell" /\ \/ \E m \in msgs : m.type = "ReadTell" /\ m.term = e.mTerm /\ m.index = e.mLast /\ HearRead(i, m)
                              \/ IF IsLaterTerm(i, e) THEN HearTerm(i, e.term) ELSE Nothing
    \/ e.kind = "propose" /\ Propose(i)
    \/ e.kind = "read" /\ ReadComes(i)
    \/ e.kind = "flushed" /\ \E n \in 1..Len(writes[i]) : Flush(i, n)
    \/ e.kind = "crash" /\ \E n \in 0..Len(writes[i]) : Crash(i, n)

(* Reads of member i's clients that it has not put to the leader of this term. *)
Unasked(i) == {r \in DOMAIN reads : /\ reads[r].at = i /\ reads[r].phase = "waiting"
                                    /\ ~\E m \in msgs : m.type = "ReadAsk" /\ m.term = core[i].term /\ m.from = i /\ m.read = r}

(* What may follow in the same turn: each is an action of its own in Raft.tla. *)
MayFollow(i, e) ==
    \/ e.kind \in {"ack", "flushed"} /\ e.commit > core[i].commit /\ Commit(i, e.commit)
    \/ e.kind = "ack" /\ ConfirmRound(i)
    \/ e.kind \in {"ack", "flushed", "readAsk", "read"} /\ e.round > core[i].round.no /\ BeginRound(i)
    \/ e.asked /\ \E r \in Unasked(i) : AskRead(i, r)

IsCompound == {"ack", "flushed", "readAsk", "read", "append", "time"}

TraceInit ==
    /\ Init
    /\ trace \in 1..Len(Traces)
    /\ at = 0
    /\ isTold = FALSE

Told ==
    /\ ~isTold
    /\ Take(Event.node, Event)
    /\ IF Event.kind \in IsCompound
       THEN isTold' = TRUE /\ UNCHANGED at
       ELSE /\ Matches(Event, core'[Event.node], disk'[Event.node])
            /\ AreServed(Event, core'[Event.node], reads')
            /\ isTold' = FALSE
            /\ at' = at + 1

Follows == isTold /\ MayFollow(Event.node, Event) /\ UNCHANGED <<at, isTold>>

Ends ==
    /\ isTold
    /\ Matches(Event, core[Event.node], disk[Event.node])
    /\ AreServed(Event, core[Event.node], reads)
    /\ Event.asked => Unasked(Event.node) = {}
    /\ at' = at + 1
    /\ isTold' = FALSE
    /\ UNCHANGED vars

TraceNext == at < Len(Traces[trace]) /\ (Told \/ Follows \/ Ends) /\ UNCHANGED trace

(* Reports as it goes; always true. *)
Report ==
    /\ at = Len(Traces[trace]) => PrintT(<<"accepted", trace>>)
    /\ IsVerbose /\ ~isTold => PrintT(<<"reached", trace, at>>)
=================================================================================
