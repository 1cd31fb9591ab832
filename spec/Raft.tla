---------------------------------- MODULE Raft ----------------------------------
(* Quorate's variant of Raft, as the classes of the module `raft` decide it: README.md says what is modelled, what is left    *)
(* out, and within which bounds TLC has seen all of it.                                                                       *)
(*                                                                                                                             *)
(* One action is one turn of one member: an input, then a drain. Disks and messages are where they differ from the paper:     *)
(*   - A turn that changed term, vote or log ends with one numbered write. It is on the disk when it is flushed, which is a    *)
(*     step of its own. A crash keeps a prefix of the writes in flight, whole writes only.                                    *)
(*   - A message that tells its sender's term or vote leaves with the write that makes them durable, or at once if they are.   *)
(*   - What was sent stays in `msgs` for ever. Whoever may receive it does so never, once, or again, early or late: so loss,   *)
(*     repetition and reordering need no steps of their own and have no bound.                                                 *)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
    Server,         \* the members, all of them voters
    Nil,            \* nobody
    PreVote,        \* whether candidates ask before they take a term (thesis 9.6)
    CheckQuorum,    \* whether leaders step down and voters keep their promise to a live one (thesis 6.2, 4.2.3)
    MaxTerm,        \* bounds of the exploration, used in Next only: no campaign for a later term,
    MaxLog,         \* no command on a leader whose log is as long (a no-op still fits),
    MaxWrites,      \* no more writes of one member in flight,
    MaxCrashes,     \* no more crashes of all members together,
    MaxReads,       \* no more linearizable reads, and no more rounds of one leader in one term
    Weak            \* names of the rules that are switched off, to see that an invariant breaks; {} for the real thing

VARIABLES
    core,           \* of each member what its memory holds
    disk,           \* of each member what its stable storage holds
    writes,         \* of each member the writes in flight, in order
    msgs,           \* all that was sent
    reads,          \* of each read how far it is
    committed,      \* ghost: the entries ever committed, each with its term and the term of the leader that committed it
    led,            \* ghost: how often each term began to be led
    crashes         \* ghost: crashes so far

vars == <<core, disk, writes, msgs, reads, committed, led, crashes>>

Max(a, b) == IF a > b THEN a ELSE b
Min(a, b) == IF a < b THEN a ELSE b
Greatest(S) == CHOOSE x \in S : \A y \in S : x >= y
IsMajority(S) == 2 * Cardinality(S) > Cardinality(Server)
Last(s) == IF s = <<>> THEN 0 ELSE s[Len(s)]

(* For SYMMETRY: all members are interchangeable, or all but one, which costs TLC less for each state and leaves it more. *)
Perms == Permutations(Server)
PermsOfOthers == Permutations(Server \ {CHOOSE i \in Server : TRUE})

-----------------------------------------------------------------------------------
(* Memory. A log is the sequence of its entries' terms: an entry is known by index and term. *)

NoRound == [no |-> 0, done |-> 0, index |-> 0, reads |-> {}]

Restarted(image) ==
    [term |-> image.term, vote |-> image.vote, log |-> image.log,
     commit |-> Min(image.hint, Len(image.log)),    \* commitHint
     persisted |-> Len(image.log),                  \* persistedIndex
     role |-> "Follower",
     leader |-> Nil,
     verified |-> 0,                                \* on a follower: verifiedIndex, and the read round it heard last
     heard |-> 0,
     round |-> NoRound]                             \* on a leader: read rounds

(* Raft.becomeFollower: to a term whose leader is not known. In the same term a vote stays given. *)
AsFollower(c, t) ==
    [c EXCEPT !.term = t, !.vote = IF t > c.term THEN Nil ELSE c.vote,
              !.role = "Follower", !.leader = Nil, !.verified = 0, !.heard = 0, !.round = NoRound]

Blank == [term |-> 0, vote |-> Nil, log |-> <<>>, hint |-> 0]

-----------------------------------------------------------------------------------
(* Messages. `Ack` and `Append` stand for all that say no more than they do: of an Append a receiver takes any slice of the   *)
(* log, and any commitIndex and read round up to those told; of an Ack a leader takes any index and round up to those told.   *)

PreRequest(t, i, l) == [type |-> "PreRequest", term |-> t, from |-> i, lastIndex |-> Len(l), lastTerm |-> Last(l)]
PreGrant(t, i, to) == [type |-> "PreGrant", term |-> t, from |-> i, to |-> to]
Request(t, i, l) == [type |-> "Request", term |-> t, from |-> i, lastIndex |-> Len(l), lastTerm |-> Last(l)]
Grant(t, i, to) == [type |-> "Grant", term |-> t, from |-> i, to |-> to]
Append_(c, i) == [type |-> "Append", term |-> c.term, from |-> i, log |-> c.log, commit |-> c.commit, round |-> c.round.no]
Ack(t, i, d, r) == [type |-> "Ack", term |-> t, from |-> i, durable |-> d, round |-> r]
ReadAsk(t, i, r) == [type |-> "ReadAsk", term |-> t, from |-> i, read |-> r]
ReadTell(t, i, r, k) == [type |-> "ReadTell", term |-> t, from |-> i, read |-> r, index |-> k]

SaysNoMore(m, n) ==
    /\ m.type = n.type
    /\ m.term = n.term
    /\ \/ m.type = "Ack" /\ m.from = n.from /\ m.durable <= n.durable /\ m.round <= n.round
       \/ m.type = "Append" /\ m.from = n.from /\ Len(m.log) <= Len(n.log) /\ m.commit <= n.commit /\ m.round <= n.round

Posted(out) ==
    IF out \subseteq msgs THEN msgs
    ELSE IF \A n \in out : n.type \notin {"Ack", "Append"} THEN msgs \union out
    ELSE LET news == {n \in out : ~\E m \in msgs : m.type = n.type /\ m # n /\ SaysNoMore(n, m)}
         IN  {m \in msgs : ~\E n \in news : m.type = n.type /\ m # n /\ SaysNoMore(m, n)} \union news

-----------------------------------------------------------------------------------
(* The end of a turn: NumberedWrites.drain and EffectsBuffer.close. Here and below an action that needs a value more than once  *)
(* gives it to another operator: TLC evaluates that once, but what LET defines in an action again at each mention.             *)

Unflushed(q) == {n \in 1..Len(q) : q[n].facts}      \* writes in flight that carry a term or a vote
AreFactsDurable(i) == Unflushed(writes[i]) = {}     \* NumberedWrites.areDurable

(* What a truncation leaves of the log may be vouched for by no completion beyond it: NumberedWrites.truncated. *)
Lowered(q, keep) ==
    IF "LateCompletionCounts" \in Weak THEN q
    ELSE [n \in 1..Len(q) |-> [q[n] EXCEPT !.count = Min(@, keep)]]

(* The writes q of member i, and after them one of what its memory c has changed, if that must be kept. *)
Written(i, c, q) ==
    LET last  == IF q = <<>> THEN disk[i] ELSE q[Len(q)]
        facts == c.term # last.term \/ c.vote # last.vote
    IN  IF facts \/ c.log # last.log
        THEN Append(q, [term |-> c.term, vote |-> c.vote, log |-> c.log, hint |-> c.commit,
                        count |-> Len(c.log), facts |-> facts, out |-> {}])
        ELSE q

(* Of member i the writes q are in flight, of which `wait` carry facts: with the last of these leaves `out`. *)
Leaves(i, q, wait, out, now) ==
    IF wait = {} \/ out = {}
    THEN writes' = [writes EXCEPT ![i] = q] /\ msgs' = Posted(out \union now)
    ELSE /\ writes' = [writes EXCEPT ![i] = [q EXCEPT ![Greatest(wait)].out = @ \union out]]
         /\ msgs' = Posted(now)

Sends(i, q, out, now) == Leaves(i, q, Unflushed(q), out, now)

(* Member i's memory becomes c; of its log the first `keep` entries stayed. It says `out` when its facts are durable, `now`    *)
(* at once.                                                                                                                    *)
Turn(i, c, keep, out, now) ==
    /\ IF keep < Len(core[i].log)
       THEN /\ core' = [core EXCEPT ![i] = [c EXCEPT !.persisted = Min(@, keep)]]
            /\ Sends(i, Written(i, c, Lowered(writes[i], keep)), out, now)
       ELSE /\ core' = [core EXCEPT ![i] = c]
            /\ Sends(i, Written(i, c, writes[i]), out, now)
    /\ UNCHANGED disk

(* A turn that changes no log. *)
Says(i, c, out) == Turn(i, c, Len(core[i].log), out, {})
SaysAtOnce(i, c, now) == Turn(i, c, Len(core[i].log), {}, now)

NoGhosts == UNCHANGED <<reads, committed, led, crashes>>

-----------------------------------------------------------------------------------
(* Elections *)

(* Raft.becomeCandidate, phase VOTE *)
Asks(i, c) ==
    IF "OwnVoteUnflushed" \in Weak THEN SaysAtOnce(i, c, {Request(c.term, i, c.log)})
    ELSE Says(i, c, {Request(c.term, i, c.log)})

Stand(i) == Asks(i, [AsFollower(core[i], core[i].term + 1) EXCEPT !.vote = i, !.role = "Candidate"])

(* The election timeout, or a hint that stands in for it. *)
Campaign(i) ==
    /\ core[i].role # "Leader"
    /\ IF PreVote
       THEN SaysAtOnce(i, [AsFollower(core[i], core[i].term) EXCEPT !.role = "PreCandidate"],
                       {PreRequest(core[i].term + 1, i, core[i].log)})
       ELSE Stand(i)
    /\ NoGhosts

WinPreVote(i) ==
    /\ core[i].role = "PreCandidate"
    /\ IsMajority({j \in Server : j = i \/ PreGrant(core[i].term + 1, j, i) \in msgs})
    /\ Stand(i)
    /\ NoGhosts

IsUpToDate(m, l) == m.lastTerm > Last(l) \/ (m.lastTerm = Last(l) /\ m.lastIndex >= Len(l))

(* Raft.answerPreVote. A leader refuses; a follower that knows a leader may believe it alive and refuse, or not: time decides, *)
(* which this leaves open. A refusal changes nothing, so it is no step.                                                        *)
AnswerPreRequest(i, m) ==
    /\ m.type = "PreRequest" /\ m.from # i
    /\ m.term > core[i].term
    /\ core[i].role # "Leader"
    /\ IsUpToDate(m, core[i].log)
    /\ SaysAtOnce(i, core[i], {PreGrant(m.term, i, m.from)})
    /\ NoGhosts

(* Raft.answerVote, of member i whose memory is c by now *)
Vote(i, m, c) ==
    LET isGranted == /\ c.role # "Leader"
                     /\ c.vote \in {Nil, m.from}
                     /\ IsUpToDate(m, c.log) \/ "VotesForShorterLog" \in Weak
        voter == IF c.role = "PreCandidate" THEN AsFollower(c, c.term) ELSE c
        told == {Grant(m.term, i, m.from)}
    IN  IF ~isGranted THEN Says(i, c, {})
        ELSE IF "VoteToldUnflushed" \in Weak THEN SaysAtOnce(i, [voter EXCEPT !.vote = m.from], told)
        ELSE Says(i, [voter EXCEPT !.vote = m.from], told)

(* Raft.receive of a RequestVote; the promise as above. *)
AnswerRequest(i, m) ==
    /\ m.type = "Request" /\ m.from # i
    /\ m.term >= core[i].term
    /\ ~(CheckQuorum /\ core[i].role = "Leader")
    /\ Vote(i, m, IF m.term > core[i].term THEN AsFollower(core[i], m.term) ELSE core[i])
    /\ NoGhosts

(* A later term in an answer that says nothing else to who hears it: a refusal, or one to a campaign or a leader of the past.  *)
(* Somebody has that term, or one behind it, on its disk. *)
HearTerm(i, t) ==
    /\ t > core[i].term
    /\ \E j \in Server : j # i /\ disk[j].term >= t
    /\ Says(i, AsFollower(core[i], t), {})
    /\ NoGhosts

(* Whoever leads tells the others what its memory holds. *)
Tells(i, c) == Says(i, c, {Append_(c, i)})

(* Raft.becomeLeader: not before the own vote is durable, and with an entry of the new term at once. *)
BecomeLeader(i) ==
    /\ core[i].role = "Candidate"
    /\ AreFactsDurable(i) \/ "OwnVoteUnflushed" \in Weak
    /\ IsMajority({j \in Server : j = i \/ Grant(core[i].term, j, i) \in msgs})
    /\ Tells(i, [core[i] EXCEPT !.role = "Leader", !.leader = i, !.log = Append(@, core[i].term)])
    /\ led' = [led EXCEPT ![core[i].term] = @ + 1]
    /\ UNCHANGED <<reads, committed, crashes>>

(* A campaign that cannot be won any more. Not in Next: who gave up can do less than a candidate, and no other sees it. *)
GiveUp(i) ==
    /\ core[i].role \in {"PreCandidate", "Candidate"}
    /\ Says(i, AsFollower(core[i], core[i].term), {})
    /\ NoGhosts

(* CheckQuorum: no quorum answered for an election timeout. Time is left open, so this may happen to any leader. *)
StepDown(i) ==
    /\ CheckQuorum
    /\ core[i].role = "Leader"
    /\ Says(i, AsFollower(core[i], core[i].term), {})
    /\ NoGhosts

-----------------------------------------------------------------------------------
(* Replication *)

Propose(i) ==
    /\ core[i].role = "Leader"
    /\ Tells(i, [core[i] EXCEPT !.log = Append(@, core[i].term)])
    /\ NoGhosts

DurableTold(c) ==
    IF "VerifiedIsDurable" \in Weak THEN c.verified ELSE Min(c.persisted, c.verified)

(* Of a frame with the entries p + 1 to k of the leader's log, up to where log l says the same. *)
Same(l, m, p, k) == Greatest({n \in p..Min(k, Len(l)) : \A x \in (p + 1)..n : l[x] = m.log[x]})

(* Memory c after the entries to k, of which it had those to `same`. *)
Matched(c, m, k, commit, same) ==
    [c EXCEPT !.log = IF same < k THEN SubSeq(@, 1, same) \o SubSeq(m.log, same + 1, k) ELSE @,
              !.verified = Max(@, k),
              !.persisted = IF same < k THEN Min(@, same) ELSE @,
              !.commit = Max(@, IF "CommitsUnverified" \in Weak THEN Min(commit, Max(k, Len(c.log)))
                                ELSE Min(commit, k))]

Acknowledge(i, c, keep) == Turn(i, c, keep, {Ack(c.term, i, DurableTold(c), c.heard)}, {})

AcceptEntries(i, c, m, k, commit, same) ==
    Acknowledge(i, Matched(c, m, k, commit, same), IF same < k THEN same ELSE Len(c.log))

CheckEntries(i, c, m, p, k, commit) ==
    IF p = 0 \/ (p <= Len(c.log) /\ c.log[p] = m.log[p])
    THEN AcceptEntries(i, c, m, k, commit, Same(c.log, m, p, k))
    ELSE Acknowledge(i, c, Len(c.log))

(* Raft.receive, then Follower.appendEntries, of a frame with the leader's entries p + 1 to k, its commitIndex told as          *)
(* `commit`, its round as `r`.                                                                                                 *)
AnswerAppend(i, m, p, k, commit, r) ==
    /\ m.type = "Append" /\ m.from # i
    /\ m.term >= core[i].term
    /\ m.term = core[i].term => core[i].role # "Leader"
    /\ LET isNew == m.term > core[i].term \/ core[i].role # "Follower"
           old == IF isNew THEN AsFollower(core[i], m.term) ELSE core[i]
       IN  CheckEntries(i, [old EXCEPT !.leader = m.from, !.heard = Max(@, r)], m, p, k, commit)
    /\ NoGhosts

(* Leader.commit: what a majority's disks hold, up to an entry of its own term (paper 5.4.2). What it knows of a follower is   *)
(* any of the answers that this one gave in this term; its own disk is one among them.                                         *)
IsDurableAt(i, j, k) ==
    IF j = i THEN core[i].persisted >= k \/ "CountsOwnUnflushed" \in Weak
    ELSE \E m \in msgs : m.type = "Ack" /\ m.term = core[i].term /\ m.from = j /\ m.durable >= k

Commit(i, k) ==
    /\ core[i].role = "Leader"
    /\ k > core[i].commit /\ k <= Len(core[i].log)
    /\ core[i].log[k] = core[i].term \/ "CommitsOlderTerms" \in Weak
    /\ IsMajority({j \in Server : IsDurableAt(i, j, k)})
    /\ Tells(i, [core[i] EXCEPT !.commit = k])
    /\ committed' = [n \in 1..Max(k, Len(committed)) |->
                        IF n <= Len(committed) THEN committed[n] ELSE [term |-> core[i].log[n], by |-> core[i].term]]
    /\ UNCHANGED <<reads, led, crashes>>

-----------------------------------------------------------------------------------
(* Stable storage *)

Image(w) == [term |-> w.term, vote |-> w.vote, log |-> w.log, hint |-> w.hint]

(* A follower tells the leader that it knows how far it is flushed. *)
Flushed(c, i) ==
    IF c.role = "Follower" /\ c.leader # Nil /\ c.verified > 0
    THEN {Ack(c.term, i, DurableTold(c), c.heard)}
    ELSE {}

FlushRest(i, c, rest, wait, left) ==
    /\ core' = [core EXCEPT ![i] = c]
    /\ IF wait = {}
       THEN writes' = [writes EXCEPT ![i] = rest] /\ msgs' = Posted(left \union Flushed(c, i))
       ELSE /\ writes' = [writes EXCEPT ![i] = [rest EXCEPT ![Greatest(wait)].out = @ \union Flushed(c, i)]]
            /\ msgs' = Posted(left)

FlushTo(i, w, rest, left) ==
    /\ disk' = [disk EXCEPT ![i] = Image(w)]
    /\ FlushRest(i, [core[i] EXCEPT !.persisted = w.count], rest, Unflushed(rest), left)

(* The first n writes are flushed, and member i is told. *)
Flush(i, n) ==
    /\ n \in 1..Len(writes[i])
    /\ FlushTo(i, writes[i][n], SubSeq(writes[i], n + 1, Len(writes[i])), UNION {writes[i][x].out : x \in 1..n})
    /\ NoGhosts

Restart(i, image) ==
    /\ disk' = [disk EXCEPT ![i] = image]
    /\ core' = [core EXCEPT ![i] = Restarted(image)]

(* Member i stops and starts again. Of the writes in flight the first n had reached the disk, though nobody was told. *)
Crash(i, n) ==
    /\ n \in 0..Len(writes[i])
    /\ Restart(i, IF n = 0 THEN disk[i] ELSE Image(writes[i][n]))
    /\ writes' = [writes EXCEPT ![i] = <<>>]
    /\ reads' = [r \in DOMAIN reads |-> IF reads[r].at = i THEN [reads[r] EXCEPT !.phase = "gone"] ELSE reads[r]]
    /\ crashes' = crashes + 1
    /\ UNCHANGED <<msgs, committed, led>>

-----------------------------------------------------------------------------------
(* Linearizable reads (thesis 6.4). `floor` is what was committed anywhere when the read came: it must see all of that. *)

ReadComes(i) ==
    /\ reads' = Append(reads, [at |-> i, phase |-> "waiting", floor |-> Len(committed), index |-> 0])
    /\ UNCHANGED <<core, disk, writes, msgs, committed, led, crashes>>

(* Follower.askForReads. Term and read name the question: another term makes it another one. *)
AskRead(i, r) ==
    /\ core[i].role = "Follower" /\ core[i].leader # Nil
    /\ reads[r].at = i /\ reads[r].phase = "waiting"
    /\ Says(i, core[i], {ReadAsk(core[i].term, i, r)})
    /\ NoGhosts

(* Leader.beginReadRound: for reads that have come, one round at a time, and not before it knows what is committed. *)
OwnReads(i) == {r \in DOMAIN reads : reads[r].at = i /\ reads[r].phase = "waiting"}
ReadsAskedOf(i) == {r \in DOMAIN reads : \E j \in Server : j # i /\ ReadAsk(core[i].term, j, r) \in msgs}

BeginRoundFor(i, R) ==
    /\ core[i].role = "Leader"
    /\ core[i].round.done = core[i].round.no
    /\ \/ core[i].commit > 0 /\ core[i].log[core[i].commit] = core[i].term
       \/ "ReadsBeforeNoOp" \in Weak
    /\ R # {}
    /\ Tells(i, [core[i] EXCEPT !.round = [no |-> @.no + 1, done |-> @.done, index |-> core[i].commit, reads |-> R]])
    /\ NoGhosts

(* A leader does not know whether who asked still waits; a round for others would do nothing. *)
BeginRound(i) ==
    \E R \in SUBSET (OwnReads(i) \union {r \in ReadsAskedOf(i) : reads[r].phase = "waiting"}) : BeginRoundFor(i, R)

(* Leader.confirmReads *)
ConfirmRound(i) ==
    /\ core[i].role = "Leader"
    /\ core[i].round.done < core[i].round.no
    /\ \/ "ConfirmsAlone" \in Weak
       \/ IsMajority({j \in Server : j = i \/ \E m \in msgs : /\ m.type = "Ack" /\ m.term = core[i].term
                                                               /\ m.from = j /\ m.round >= core[i].round.no})
    /\ LET c == [core[i] EXCEPT !.round.done = core[i].round.no, !.round.reads = {}]
           answered == IF "JoinsRoundUnderWay" \in Weak
                       THEN core[i].round.reads \union {r \in DOMAIN reads : reads[r].at = i}
                       ELSE core[i].round.reads
           own == {r \in answered : reads[r].at = i /\ reads[r].phase = "waiting"}
       IN  /\ Says(i, c, {ReadTell(c.term, i, r, c.round.index) : r \in {x \in answered : reads[x].at # i}})
           /\ reads' = [r \in DOMAIN reads |-> IF r \in own THEN [reads[r] EXCEPT !.phase = "confirmed", !.index = c.round.index]
                                               ELSE reads[r]]
    /\ UNCHANGED <<committed, led, crashes>>

(* Follower.readIndexAnswer. One that comes again tells no more than what is committed. *)
HearRead(i, m) ==
    /\ m.type = "ReadTell"
    /\ m.term = core[i].term /\ m.from = core[i].leader /\ core[i].role = "Follower"
    /\ reads[m.read].at = i /\ reads[m.read].phase # "gone"
    /\ Says(i, [core[i] EXCEPT !.commit = Max(@, Min(m.index, core[i].verified))], {})
    /\ reads' = IF reads[m.read].phase = "waiting"
                THEN [reads EXCEPT ![m.read].phase = "confirmed", ![m.read].index = m.index]
                ELSE reads
    /\ UNCHANGED <<committed, led, crashes>>

-----------------------------------------------------------------------------------

InitFrom(images, entries) ==
    /\ disk = images
    /\ core = [i \in Server |-> Restarted(images[i])]
    /\ writes = [i \in Server |-> <<>>]
    /\ msgs = {}
    /\ reads = <<>>
    /\ committed = entries
    /\ led = [t \in 1..MaxTerm |-> 0]
    /\ crashes = 0

Init == InitFrom([i \in Server |-> Blank], <<>>)

(* Begins later, for what needs more steps than can be tried from the start: x led term 1 and all have restarted since. Its    *)
(* no-op is committed, and z has never heard of it.                                                                            *)
InitCommitted ==
    \E x, y \in Server : x # y /\
        InitFrom([i \in Server |-> IF i \in {x, y} THEN [term |-> 1, vote |-> x, log |-> <<1>>, hint |-> IF i = x THEN 1 ELSE 0]
                                   ELSE Blank],
                 <<[term |-> 1, by |-> 1]>>)

(* x leads term 1 and has committed its no-op with y, which was elected in term 2 since; x has not heard of that. The read *)
(* round of x was answered by y before.                                                                                    *)
Deposed(x, y, round, asked) ==
    LET image(i) == IF i = x THEN [term |-> 1, vote |-> x, log |-> <<1>>, hint |-> 0]
                    ELSE [term |-> 2, vote |-> y, log |-> IF i = y THEN <<1, 2>> ELSE <<>>, hint |-> 0]
        old == [Restarted(image(x)) EXCEPT !.role = "Leader", !.leader = x, !.commit = 1, !.round = round]
        new == [Restarted(image(y)) EXCEPT !.role = "Leader", !.leader = y]
        z == CHOOSE i \in Server \ {x, y} : TRUE
    IN  /\ Cardinality(Server) = 3
        /\ disk = [i \in Server |-> image(i)]
        /\ core = [i \in Server |-> IF i = x THEN old ELSE IF i = y THEN new ELSE Restarted(image(i))]
        /\ writes = [i \in Server |-> <<>>]
        /\ msgs = {Request(1, x, <<>>), Grant(1, y, x), Append_(old, x), Ack(1, y, 1, round.no),
                   Request(2, y, <<1>>), Grant(2, z, y), Append_(new, y)}
        /\ reads = asked
        /\ committed = <<[term |-> 1, by |-> 1]>>
        /\ led = [t \in 1..MaxTerm |-> IF t <= 2 THEN 1 ELSE 0]
        /\ crashes = 0

InitDeposed == \E x, y \in Server : x # y /\ Deposed(x, y, [no |-> 1, done |-> 0, index |-> 1, reads |-> {1}],
                                                     <<[at |-> x, phase |-> "waiting", floor |-> 1, index |-> 0]>>)

(* The same before any read has come. *)
InitTwoLead == \E x, y \in Server : x # y /\ Deposed(x, y, NoRound, <<>>)

(* Paper figure 8, with three members. In (b) terms 1 and 2 were led, and what their leaders began with is on their own disks   *)
(* only; in (c) the first leads again, in term 3.                                                                              *)
Figure8Image(i, x, y) ==
    IF i = x THEN [term |-> 1, vote |-> x, log |-> <<1>>, hint |-> 0]
    ELSE [term |-> 2, vote |-> y, log |-> IF i = y THEN <<2>> ELSE <<>>, hint |-> 0]

InitFigure8b == \E x, y \in Server : x # y /\ InitFrom([i \in Server |-> Figure8Image(i, x, y)], <<>>)

InitFigure8c ==
    \E x, y \in Server : x # y /\
        LET image(i) == IF i = y THEN Figure8Image(i, x, y)
                        ELSE [term |-> 3, vote |-> x, log |-> IF i = x THEN <<1, 3>> ELSE <<>>, hint |-> 0]
            leading == [Restarted(image(x)) EXCEPT !.role = "Leader", !.leader = x]
            z == CHOOSE i \in Server \ {x, y} : TRUE
        IN  /\ Cardinality(Server) = 3
            /\ disk = [i \in Server |-> image(i)]
            /\ core = [i \in Server |-> IF i = x THEN leading ELSE Restarted(image(i))]
            /\ writes = [i \in Server |-> <<>>]
            /\ msgs = {Request(3, x, <<1>>), Grant(3, z, x), Append_(leading, x)}
            /\ reads = <<>>
            /\ committed = <<>>
            /\ led = [t \in 1..MaxTerm |-> IF t <= 3 THEN 1 ELSE 0]
            /\ crashes = 0

(* A turn may end with a write, for which there must be room. A turn that changes nothing is none. *)
HasRoom(i) == Len(writes[i]) < MaxWrites
IsStep(i) ==
    /\ Len(writes'[i]) <= MaxWrites
    /\ <<core[i], msgs, writes[i], reads>>' # <<core[i], msgs, writes[i], reads>>

Campaigns == \E i \in Server : core[i].term < MaxTerm /\ Campaign(i) /\ IsStep(i)
WinsPreVote == \E i \in Server : HasRoom(i) /\ core[i].term < MaxTerm /\ WinPreVote(i)
AnswersPreRequest ==
    \E m \in msgs : m.type = "PreRequest" /\ \E i \in Server : AnswerPreRequest(i, m) /\ IsStep(i)
AnswersRequest == \E m \in msgs : m.type = "Request" /\ \E i \in Server : AnswerRequest(i, m) /\ IsStep(i)
HearsTerm == \E t \in {disk[j].term : j \in Server} : \E i \in Server : HasRoom(i) /\ HearTerm(i, t)
BecomesLeader == \E i \in Server : HasRoom(i) /\ BecomeLeader(i)
StepsDown == \E i \in Server : StepDown(i)
Proposes == \E i \in Server : HasRoom(i) /\ Len(core[i].log) < MaxLog /\ Propose(i)
Worth(commit, k) == IF "CommitsUnverified" \in Weak THEN commit ELSE Min(commit, k)
(* Of the frames that end at k a heartbeat, which may not match, and the shortest that does: longer ones do the same, by        *)
(* LogMatching. And no commitIndex or round that is below what the follower knows, which would say nothing.                    *)
AnswersAppend ==
    \E m \in msgs : m.type = "Append" /\ \E i \in Server \ {m.from} :
        /\ m.term >= core[i].term
        /\ LET c == core[i] IN
           \E k \in 0..Len(m.log) :
             \E p \in {k, Greatest({0} \union {n \in 1..Min(k, Len(c.log)) : c.log[n] = m.log[n]})} :
                \E commit \in Min(c.commit, Worth(m.commit, k))..Worth(m.commit, k) :
                   \E r \in (IF c.term = m.term THEN Min(c.heard, m.round) ELSE 0)..m.round :
                      AnswerAppend(i, m, p, k, commit, r) /\ IsStep(i)
Commits == \E i \in Server : \E k \in 1..Len(core[i].log) : Commit(i, k)
Flushes == \E i \in Server : Flush(i, 1)
Crashes == crashes < MaxCrashes /\ \E i \in Server : \E n \in 0..Len(writes[i]) : Crash(i, n)
ReadsCome == Len(reads) < MaxReads /\ \E i \in Server : ReadComes(i)
AsksRead == \E i \in Server : \E r \in DOMAIN reads : AskRead(i, r) /\ IsStep(i)
BeginsRound == \E i \in Server : core[i].round.no < MaxReads /\ BeginRound(i)
ConfirmsRound == \E i \in Server : ConfirmRound(i)
HearsRead == \E m \in msgs : m.type = "ReadTell" /\ \E i \in Server : HearRead(i, m) /\ IsStep(i)

Next ==
    \/ Campaigns \/ WinsPreVote \/ AnswersPreRequest \/ AnswersRequest \/ HearsTerm \/ BecomesLeader
    \/ StepsDown \/ Proposes \/ AnswersAppend \/ Commits \/ Flushes \/ Crashes
    \/ ReadsCome \/ AsksRead \/ BeginsRound \/ ConfirmsRound \/ HearsRead

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------------
(* What must hold in every state *)

ElectionSafety == \A t \in DOMAIN led : led[t] <= 1

LogMatching ==
    \A i, j \in Server : \A k \in 2..Min(Len(core[i].log), Len(core[j].log)) :
        core[i].log[k] = core[j].log[k] => core[i].log[k - 1] = core[j].log[k - 1]

(* Who leads holds all that leaders of earlier terms committed. *)
LeaderCompleteness ==
    \A i \in Server : core[i].role = "Leader" =>
        \A k \in DOMAIN committed : committed[k].by < core[i].term =>
            k <= Len(core[i].log) /\ core[i].log[k] = committed[k].term

StateMachineSafety ==
    \A i \in Server : \A k \in 1..core[i].commit :
        k <= Len(core[i].log) /\ k <= Len(committed) /\ core[i].log[k] = committed[k].term

CommittedIsDurable ==
    \A k \in DOMAIN committed :
        IsMajority({j \in Server : k <= Len(disk[j].log) /\ disk[j].log[k] = committed[k].term})

(* What was told of a vote, a candidate's own included, is on the disk of who gave it, and nobody was told another one. *)
VotesAreDurable ==
    \A m \in msgs : m.type \in {"Grant", "Request"} =>
        LET vote == IF m.type = "Grant" THEN m.to ELSE m.from
        IN  \/ disk[m.from].term > m.term
            \/ disk[m.from].term = m.term /\ disk[m.from].vote = vote

OneVotePerTerm ==
    \A m \in msgs : m.type = "Grant" =>
        \A n \in msgs :
            (n.type \in {"Grant", "Request"} /\ m.term = n.term /\ m.from = n.from) => n.type = "Grant" /\ m.to = n.to

ReadsAreLinearizable ==
    \A r \in DOMAIN reads : reads[r].phase = "confirmed" => reads[r].index >= reads[r].floor

(* What a member takes for durable is on its disk; the rest of Invariant.INDEXES_ARE_ORDERED is StateMachineSafety's. *)
PersistedIsOnDisk ==
    \A i \in Server : LET p == core[i].persisted IN
        p <= Len(core[i].log) /\ p <= Len(disk[i].log) /\ SubSeq(disk[i].log, 1, p) = SubSeq(core[i].log, 1, p)
===================================================================================
