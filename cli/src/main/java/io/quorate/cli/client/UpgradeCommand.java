package io.quorate.cli.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.Peer;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The end of a rolling upgrade: shows what each member's build speaks, and raises the cluster version. */
@Command(
        name = "upgrade",
        sortOptions = false,
        footer = {"  quorate upgrade", "  quorate upgrade --to 2 --check", "  quorate upgrade --to 2"},
        description = {
            "Shows the cluster version, and which versions each member's build speaks. Changes nothing.",
            "With --to it raises the cluster version, when every member's build knows that one. It never falls again, and no older"
                    + " build can run a member from then on; until then each member can go back to the build it ran before."
        })
public final class UpgradeCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Option(names = "--to", paramLabel = "VERSION", description = "Raise the cluster version to this one, for good.")
    private int to;

    @Option(names = "--check", description = "Only say whether it could be raised.")
    private boolean check;

    /** One member, as the member that was asked sees it. {@code newest} is 0 for one that is not connected. */
    private record Spoken(String name, int oldest, int newest) {
        String words() {
            if (newest == 0) {
                return "not connected: nobody knows its build";
            }
            return oldest == newest ? "speaks version " + newest : "speaks versions " + oldest + " to " + newest;
        }
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (to == 0 && check) {
            throw new CommandFailure("--check says whether a version could be raised: give it with --to");
        }
        if (to < 0) {
            throw new CommandFailure("a cluster version is a number from 1");
        }
        client.with(to == 0 || check ? Effect.NONE : Effect.RAISES_VERSION, cluster -> {
            StateResponse state =
                    cluster.call(NodeGrpc::newBlockingStub, stub -> stub.state(StateRequest.getDefaultInstance()));
            if (to == 0) {
                show(out, state);
            } else {
                raise(out, cluster, state);
            }
            out.flush();
            return true;
        });
    }

    private static List<Spoken> spoken(StateResponse state) {
        List<Spoken> all = new ArrayList<>();
        for (ClusterMember member : state.getMembersList()) {
            String name = member.getName().isEmpty() ? Long.toHexString(member.getId()) : member.getName();
            if (member.getId() == state.getMemberId()) {
                all.add(new Spoken(name, state.getOldestVersion(), state.getNewestVersion()));
            } else {
                Peer peer = peer(state, member.getId());
                all.add(
                        peer == null
                                ? new Spoken(name, 0, 0)
                                : new Spoken(name, peer.getOldestVersion(), peer.getNewestVersion()));
            }
        }
        all.sort(Comparator.comparing(Spoken::name));
        return all;
    }

    private static @Nullable Peer peer(StateResponse state, long id) {
        return state.getPeersList().stream()
                .filter(peer -> peer.getMemberId() == id)
                .findFirst()
                .orElse(null);
    }

    private void show(PrintWriter out, StateResponse state) {
        List<Spoken> all = spoken(state);
        int version = state.getClusterVersion();
        if (client.format() == Format.JSON) {
            new Printer(out).json(json(version, all));
            return;
        }
        out.println("Cluster version " + version + ".");
        int width = all.stream().mapToInt(each -> each.name().length()).max().orElse(0);
        for (Spoken each : all) {
            out.println("  " + each.name() + " ".repeat(width - each.name().length()) + "  " + each.words());
        }
        int lowest = all.stream().mapToInt(Spoken::newest).min().orElse(0);
        int highest = all.stream().mapToInt(Spoken::newest).max().orElse(0);
        if (lowest > version) {
            out.println("It can be raised: quorate upgrade --to " + lowest
                    + ". Until then every member can go back to the build that it ran before; afterwards none can.");
        } else if (highest > version) {
            out.println("It cannot be raised before every member is connected and runs a build that knows version "
                    + (version + 1) + ". Every member can go back to the build that it ran before.");
        } else {
            out.println("No member's build that is connected knows a later one.");
        }
    }

    private static JsonObject json(int version, List<Spoken> all) {
        JsonObject whole = new JsonObject();
        whole.addProperty("clusterVersion", version);
        JsonArray members = new JsonArray();
        for (Spoken each : all) {
            JsonObject member = new JsonObject();
            member.addProperty("name", each.name());
            member.addProperty("oldestVersion", each.oldest());
            member.addProperty("newestVersion", each.newest());
            members.add(member);
        }
        whole.add("members", members);
        return whole;
    }

    /** Made for the membership that was looked at: who came or left since may run any build. */
    private void raise(PrintWriter out, Cluster cluster, StateResponse state) {
        if (state.getClusterVersion() == to) {
            out.println("The cluster has version " + to + " already.");
            return;
        }
        ChangeMembershipRequest request = ChangeMembershipRequest.newBuilder()
                .setExpectedIndex(state.getMembershipIndex())
                .setCheckOnly(check)
                .addEdits(MembershipEdit.newBuilder().setRaiseVersion(to))
                .build();
        ChangeMembershipResponse answer =
                cluster.call(NodeGrpc::newBlockingStub, node -> node.changeMembership(request));
        if (!answer.getRefusal().isEmpty()) {
            throw new CommandFailure("cannot raise the cluster version from " + state.getClusterVersion() + " to " + to
                    + ": " + answer.getText() + who(state) + ". Nothing was changed.");
        }
        out.println(
                check
                        ? "The cluster version can be raised from " + state.getClusterVersion() + " to " + to
                                + ". Nothing was changed."
                        : "Raised the cluster version from " + state.getClusterVersion() + " to " + to
                                + ". No build that does not know version " + to + " can run a member any more.");
    }

    private String who(StateResponse state) {
        String missing = spoken(state).stream()
                .filter(each -> to < each.oldest() || to > each.newest())
                .map(each -> each.name() + " " + each.words())
                .reduce((one, next) -> one + ", " + next)
                .orElse("");
        return missing.isEmpty() ? "" : " (" + missing + ")";
    }
}
