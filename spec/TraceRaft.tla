------------------------------- MODULE TraceRaft -------------------------------
(* Whether runs of the real core are behaviours of Raft.tla. The module Traces, which a program writes, holds the runs: each a *)
(* sequence of events, one for each input of one member, with what that member was told and what its memory and disk held      *)
(* afterwards. README.md lists the fields. A run that can be followed to its end is reported as accepted; of one that cannot    *)
(* be, no action of the specification explains some event.                                                                     *)
EXTENDS Raft, Traces

CONSTANT IsVerbose      \* whether to report each event reached, to see where a run is left

VARIABLES
    trace,              \* which run is followed
    at,                 \* how many of its events are explained
    isTold,             \* whether the member took the input of the next event, and what follows from it may still come
    fresh,              \* how many writes the member has made in the turn under way, 0 between turns
    handed              \* of each member how far its state machine may have come, whatever crashes

traceVars == <<vars, trace, at, isTold, fresh, handed>>

Event == Traces[trace][at + 1]

(* What the event says of the member after its input. *)
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
    /\ IF e.mLast = 0 THEN TRUE ELSE m.log[e.mLast] = e.mLastTerm
    /\ e.mCommit <= m.commit /\ e.mRound <= m.round

IsLaterTerm(i, e) == e.term > core[i].term

(* Reads that the answer serves, the first of those that still wait. *)
Heard(e) == {n \in 1..Len(e.heard) : reads[e.heard[n]].phase = "waiting"}
HearNext(i, e) ==
    LET next == e.heard[CHOOSE n \in Heard(e) : \A x \in Heard(e) : n <= x]
        m == ReadTell(e.mTerm, e.from, next, e.mLast)
    IN  m \in msgs /\ HearRead(i, m)

(* A state machine with files of its own tells after a restart how far it is: what it has is committed. *)
Recall(i, k) ==
    /\ k \in core[i].commit..handed[i]
    /\ core' = [core EXCEPT ![i].commit = k]
    /\ UNCHANGED <<disk, writes, msgs>>
    /\ NoGhosts

(* The input. *)
Take(i, e) ==
    \/ e.kind \in {"time", "hint"} /\ (Campaign(i) \/ StepDown(i) \/ Nothing)
    \/ e.kind = "applied" /\ Recall(i, e.commit)
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
    \/ e.kind = "readTell" /\ IF IsLaterTerm(i, e) THEN HearTerm(i, e.term)
                              ELSE IF Heard(e) # {} THEN HearNext(i, e)
                              ELSE \/ Nothing
                                   \/ \E m \in msgs : m.type = "ReadTell" /\ m.term = e.mTerm /\ m.index = e.mLast
                                                                          /\ HearRead(i, m)
    \/ e.kind = "propose" /\ Propose(i)
    \/ e.kind = "read" /\ ReadComes(i)
    \/ e.kind = "flushed" /\ Flush(i, e.count)
    \/ e.kind = "crash" /\ \E n \in 0..Len(writes[i]) : Crash(i, n)

(* Reads of member i's clients that it has not put to the leader of this term; the question may wait for a write. *)
Unasked(i) ==
    LET said == msgs \union UNION {writes[i][n].out : n \in 1..Len(writes[i])}
    IN  {r \in OwnReads(i) : ReadAsk(core[i].term, i, r) \notin said}

(* What may follow from the input, or at the end of the turn: each is an action of its own in Raft.tla. *)
MayFollow(i, e) ==
    \/ e.kind \in {"ack", "flushed"} /\ e.commit > core[i].commit /\ Commit(i, e.commit)
    \/ e.kind = "ack" /\ ConfirmRound(i)
    \/ e.kind = "readTell" /\ Heard(e) # {} /\ HearNext(i, e)
    \/ e.ends /\ e.round > core[i].round.no /\ BeginRoundFor(i, OwnReads(i) \union ReadsAskedOf(i))
    \/ e.ends /\ e.asked /\ Unasked(i) # {} /\ AskRead(i, CHOOSE r \in Unasked(i) : \A x \in Unasked(i) : r <= x)

(* Where one step does not explain all. *)
IsLong(i, e) ==
    \/ e.kind \in {"ack", "flushed"} /\ core[i].role = "Leader"
    \/ e.kind = "readTell" /\ Cardinality(Heard(e)) > 1
    \/ e.ends /\ (e.asked \/ e.round > core[i].round.no \/ fresh > 0)

(* The core puts into one write what the inputs of a turn changed; here each made one of its own. *)
Joined(i) ==
    LET q == writes[i]
        before == Len(q) - fresh
        turn == {q[n] : n \in (before + 1)..Len(q)}
    IN  IF fresh = 0 THEN writes
        ELSE [writes EXCEPT ![i] = Append(SubSeq(q, 1, before),
                 [q[Len(q)] EXCEPT !.hint = core[i].commit, !.facts = \E w \in turn : w.facts,
                                   !.out = UNION {w.out : w \in turn}])]

Handed(i, c) == [handed EXCEPT ![i] = Max(@, Min(c.commit, c.persisted))]

TraceInit ==
    /\ Init
    /\ trace \in 1..Len(Traces)
    /\ at = 0
    /\ isTold = FALSE
    /\ fresh = 0
    /\ handed = [i \in Server |-> 0]

(* A turn is one member's, from its first input to its end. *)
IsInTurn(i) == IF at = 0 THEN TRUE ELSE Traces[trace][at].ends \/ Traces[trace][at].node = i

Told ==
    LET e == Event
        i == e.node
        flushed == IF e.kind = "flushed" THEN e.count ELSE 0
        made == IF e.kind = "crash" THEN 0 ELSE Len(writes'[i]) + flushed - Len(writes[i])
    IN  /\ ~isTold
        /\ IsInTurn(i)
        /\ Take(i, e)
        /\ IF IsLong(i, e)
           THEN isTold' = TRUE /\ fresh' = fresh + made /\ UNCHANGED <<at, handed>>
           ELSE /\ Matches(e, core'[i], disk'[i])
                /\ AreServed(e, core'[i], reads')
                /\ isTold' = FALSE
                /\ fresh' = IF e.ends THEN 0 ELSE fresh + made
                /\ at' = at + 1
                /\ handed' = IF e.ends THEN Handed(i, core'[i]) ELSE handed

Follows == isTold /\ MayFollow(Event.node, Event) /\ UNCHANGED <<at, isTold, fresh, handed>>

Ends ==
    LET e == Event
        i == e.node
    IN  /\ isTold
        /\ Matches(e, core[i], disk[i])
        /\ AreServed(e, core[i], reads)
        /\ e.kind = "readTell" => Heard(e) = {}
        /\ e.asked => Unasked(i) = {}
        /\ at' = at + 1
        /\ isTold' = FALSE
        /\ IF e.ends THEN writes' = Joined(i) /\ fresh' = 0 /\ handed' = Handed(i, core[i])
           ELSE UNCHANGED <<writes, fresh, handed>>
        /\ UNCHANGED <<core, disk, msgs, reads, committed, led, crashes>>

TraceNext == at < Len(Traces[trace]) /\ (Told \/ Follows \/ Ends) /\ UNCHANGED trace

(* Reports as it goes; always true. *)
Report ==
    /\ at = Len(Traces[trace]) => PrintT(<<"accepted", trace>>)
    /\ IsVerbose /\ ~isTold => PrintT(<<"reached", trace, at>>)
=================================================================================
