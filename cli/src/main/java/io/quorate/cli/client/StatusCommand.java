package io.quorate.cli.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.Peer;
import io.quorate.etcd.quoratepb.Runtime;
import io.quorate.etcd.quoratepb.Snapshots;
import io.quorate.etcd.quoratepb.StateHash;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The cluster in words. */
@Command(
        name = "status",
        sortOptions = false,
        footer = {"  quorate status", "  quorate status -w json        every attribute of every member"},
        description = "Who leads, in which term, who lags, and how many failures can still be survived."
                + " Ends with 1 while no leader has a majority that answers.")
public final class StatusCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithTable client = new ClientOptions.WithTable();

    @Override
    public void run() {
        Map<String, StateResponse> states;
        try (Cluster given = client.open();
                Cluster cluster = client.open(memberUrls(given))) {
            Map<String, StateResponse> found = states(cluster);
            // Members may tell clients addresses that lead nowhere from here.
            states = found.isEmpty() ? states(given) : found;
            if (states.isEmpty()) {
                throw new CommandFailure("no member answers any more, neither at the given endpoints nor at those that"
                        + " the members tell clients (" + String.join(", ", cluster.endpoints()) + ")");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        switch (client.format()) {
            case JSON -> new Printer(out).json(json(states));
            case SIMPLE -> words(out, states);
            case TABLE -> table(states).print(out);
        }
        out.flush();
        if (!isHealthy(states)) {
            throw new CommandFailure(
                    "the cluster cannot decide anything now: it has no leader with a majority that answers");
        }
    }

    /** Where all members serve clients, as the first member that answers knows them. */
    private static List<String> memberUrls(Cluster cluster) {
        try {
            StateResponse state =
                    cluster.call(NodeGrpc::newBlockingStub, stub -> stub.state(StateRequest.getDefaultInstance()));
            List<String> urls = new ArrayList<>();
            state.getMembersList().forEach(member -> urls.addAll(member.getClientUrlsList()));
            return urls.isEmpty() ? cluster.endpoints() : urls;
        } catch (StatusRuntimeException failure) {
            throw Cluster.explain(failure, Effect.NONE);
        }
    }

    private static Map<String, StateResponse> states(Cluster cluster) {
        Map<String, StateResponse> states = new LinkedHashMap<>();
        for (String endpoint : cluster.endpoints()) {
            try {
                states.put(
                        endpoint,
                        cluster.callAt(
                                endpoint,
                                NodeGrpc::newBlockingStub,
                                stub -> stub.state(StateRequest.getDefaultInstance())));
            } catch (StatusRuntimeException unreachable) {
                // left out: that an endpoint has no entry says that nobody answers there
            }
        }
        return states;
    }

    /** Our own document, with ids as etcd's tools print them: as a number many readers of JSON would round them. */
    static JsonObject json(Map<String, StateResponse> states) {
        JsonArray members = new JsonArray();
        states.forEach((endpoint, state) -> members.add(member(endpoint, state)));
        JsonObject whole = new JsonObject();
        whole.add("members", members);
        return whole;
    }

    private static JsonObject member(String endpoint, StateResponse state) {
        JsonObject member = new JsonObject();
        member.addProperty("endpoint", endpoint);
        member.addProperty("name", state.getName());
        member.add("memberId", Json.id(state.getMemberId()));
        member.add("currentTerm", Json.unsigned(state.getCurrentTerm()));
        member.add("votedFor", Json.id(state.getVotedFor()));
        member.addProperty("role", role(state));
        member.add("leader", Json.id(state.getLeader()));
        member.add("firstLogIndex", Json.unsigned(state.getFirstLogIndex()));
        member.add("lastLogIndex", Json.unsigned(state.getLastLogIndex()));
        member.add("lastLogTerm", Json.unsigned(state.getLastLogTerm()));
        member.add("commitIndex", Json.unsigned(state.getCommitIndex()));
        member.add("lastApplied", Json.unsigned(state.getLastApplied()));
        JsonArray peers = new JsonArray();
        state.getPeersList().forEach(peer -> peers.add(peer(peer, leads(state))));
        member.add("peers", peers);
        member.addProperty("sickness", state.getSickness().isEmpty() ? null : state.getSickness());
        member.add("lostThrough", Json.unsigned(state.getLostThrough()));
        member.add("stateHash", stateHash(state.getStateHash()));
        member.add("versions", versions(state));
        member.add("snapshots", snapshots(state));
        member.add("runtime", runtime(state.getRuntime()));
        return member;
    }

    private static JsonObject stateHash(StateHash state) {
        JsonObject object = new JsonObject();
        object.add("agreedIndex", Json.unsigned(state.getAgreedIndex()));
        object.add("undecidedIndex", Json.unsigned(state.getUndecidedIndex()));
        object.add("differsAt", Json.unsigned(state.getDiffersAt()));
        object.add("sameThrough", Json.unsigned(state.getSameThrough()));
        object.add("differsFrom", Json.unsigned(state.getDiffersFrom()));
        object.addProperty("problem", state.getProblem().isEmpty() ? null : state.getProblem());
        object.addProperty("notCompared", state.getNotCompared().isEmpty() ? null : state.getNotCompared());
        return object;
    }

    private static JsonObject peer(Peer peer, boolean ofLeader) {
        JsonObject object = new JsonObject();
        object.add("memberId", Json.id(peer.getMemberId()));
        object.addProperty("name", peer.getName());
        object.addProperty("connected", peer.getConnected());
        if (ofLeader) {
            object.add("nextIndex", Json.unsigned(peer.getNextIndex()));
            object.add("matchIndex", Json.unsigned(peer.getMatchIndex()));
        }
        return object;
    }

    private static JsonObject versions(StateResponse state) {
        JsonObject object = new JsonObject();
        object.add("cluster", Json.unsigned(state.getClusterVersion()));
        object.add("oldest", Json.unsigned(state.getOldestVersion()));
        object.add("newest", Json.unsigned(state.getNewestVersion()));
        return object;
    }

    private static JsonObject snapshots(StateResponse state) {
        Snapshots snapshots = state.getSnapshots();
        JsonObject object = new JsonObject();
        object.add("index", Json.unsigned(snapshots.getIndex()));
        object.add("bytes", Json.unsigned(snapshots.getBytes()));
        object.add("ageMillis", Json.unsigned(snapshots.getAgeMillis()));
        object.add("taking", Json.unsigned(snapshots.getTaking()));
        object.add("restoring", Json.unsigned(snapshots.getRestoring()));
        object.add("fetching", Json.unsigned(snapshots.getFetching()));
        object.add("fetchedFrom", Json.id(snapshots.getFetchedFrom()));
        object.add("fetchedBytes", Json.unsigned(snapshots.getFetchedBytes()));
        object.add("fetchBytes", Json.unsigned(snapshots.getFetchBytes()));
        object.addProperty("sending", snapshots.getSending());
        return object;
    }

    private static JsonObject runtime(Runtime runtime) {
        JsonObject object = new JsonObject();
        object.addProperty("javaVersion", runtime.getJavaVersion());
        object.addProperty("collector", runtime.getCollector());
        object.add("heapUsedBytes", Json.unsigned(runtime.getHeapUsedBytes()));
        object.add("heapMaxBytes", Json.unsigned(runtime.getHeapMaxBytes()));
        object.add("pid", Json.unsigned(runtime.getPid()));
        object.add("uptimeMillis", Json.unsigned(runtime.getUptimeMillis()));
        return object;
    }

    private static String role(StateResponse state) {
        return state.getRole().toLowerCase(Locale.ROOT);
    }

    private static Table table(Map<String, StateResponse> states) {
        Table table =
                new Table("NAME", "ENDPOINT", "ROLE", "TERM", "VOTED FOR", "LOG", "COMMIT", "APPLIED", "SNAPSHOT");
        states.forEach((endpoint, state) -> table.row(
                state.getName(),
                endpoint,
                state.getRole(),
                state.getCurrentTerm(),
                name(state, state.getVotedFor()),
                state.getFirstLogIndex() + ".." + state.getLastLogIndex(),
                state.getCommitIndex(),
                state.getLastApplied(),
                state.getSnapshots().getIndex()));
        return table;
    }

    private static String name(StateResponse state, long id) {
        for (ClusterMember member : state.getMembersList()) {
            if (member.getId() == id) {
                return member.getName().isEmpty() ? Long.toHexString(id) : member.getName();
            }
        }
        return id == 0 ? "nobody" : Long.toHexString(id);
    }

    static void words(PrintWriter out, Map<String, StateResponse> states) {
        List<StateResponse> all = new ArrayList<>(states.values());
        @Nullable StateResponse leader = leader(all);
        StateResponse view = leader == null ? all.get(0) : leader;
        out.println(headline(view, leader, new Voters(view, all)));
        List<List<String>> rows = view.getMembersList().stream()
                .sorted(Comparator.comparing(ClusterMember::getName))
                .map(member -> row(member, all, view))
                .toList();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(other -> other.get(at).length())
                        .max()
                        .orElse(0);
                line.append("  ")
                        .append(row.get(column))
                        .append(" ".repeat(width - row.get(column).length()));
            }
            out.println(line.toString().stripTrailing());
        }
        for (StateResponse state : all) {
            if (!state.getSickness().isEmpty()) {
                out.println(state.getName() + " is sick: " + state.getSickness()
                        + "; until that is over it leads only where nobody else can.");
            }
            if (!state.getStateHash().getProblem().isEmpty()) {
                out.println(state.getName() + ": " + state.getStateHash().getProblem() + ".");
            }
            if (!state.getStateHash().getNotCompared().isEmpty()) {
                out.println("The state of " + state.getName() + " is not compared with the others': "
                        + state.getStateHash().getNotCompared() + ".");
            }
        }
    }

    /** Whether the cluster can decide anything now: somebody leads, and a majority answers. */
    static boolean isHealthy(Map<String, StateResponse> states) {
        List<StateResponse> all = new ArrayList<>(states.values());
        @Nullable StateResponse leader = leader(all);
        return leader != null && new Voters(leader, all).canDecide();
    }

    private static String headline(StateResponse view, @Nullable StateResponse leader, Voters voters) {
        if (voters.size() == 0) {
            return "No cluster yet: " + view.getName()
                    + " waits until every member of --initial-cluster has been started once; its log says for whom.";
        }
        int spare = voters.spare();
        int damaged = voters.damaged();
        String who = voters.answering() + " of " + voters.size() + " voters answer"
                + (damaged == 0 ? "" : ", " + damaged + " of them damaged and without a vote")
                + (voters.isChanging() ? " while the membership changes" : "");
        if (leader == null) {
            return "No leader: " + who + (spare < 0 ? ", too few to elect one." : "; an election is under way.");
        }
        String health = voters.answering() == voters.size() && damaged == 0 ? "Healthy" : "Degraded";
        String survive = spare <= 0
                ? "no failure can be survived now"
                : spare + (spare == 1 ? " failure" : " failures") + " can still be survived";
        return health + ": " + name(view, leader.getMemberId()) + " leads term " + leader.getCurrentTerm() + "; " + who
                + "; " + survive + ".";
    }

    private static @Nullable StateResponse leader(List<StateResponse> states) {
        @Nullable StateResponse newest = null;
        for (StateResponse state : states) {
            if (leads(state) && (newest == null || state.getCurrentTerm() > newest.getCurrentTerm())) {
                newest = state;
            }
        }
        return newest;
    }

    private static boolean leads(StateResponse state) {
        return state.getLeader() == state.getMemberId() && state.getLeader() != 0;
    }

    private static List<String> row(ClusterMember member, List<StateResponse> states, StateResponse view) {
        String urls = String.join(",", member.getClientUrlsList());
        for (StateResponse state : states) {
            if (state.getMemberId() == member.getId()) {
                long behind = view.getCommitIndex() - state.getLastApplied();
                return List.of(
                        state.getName(),
                        member.getLearner() ? "learner" : role(state),
                        "term " + state.getCurrentTerm(),
                        "applied " + state.getLastApplied() + " of " + view.getCommitIndex() + " committed"
                                + (behind > 0 ? " (" + behind + " behind)" : ""),
                        SnapshotWords.of(state, view),
                        urls);
            }
        }
        String silent = member.getStarted() ? "does not answer" : "not started";
        return List.of(
                name(view, member.getId()), member.getLearner() ? "learner, " + silent : silent, "", "", "", urls);
    }
}
