package io.quorate.server.member;

import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import io.quorate.node.peer.MembershipQuestion.Answer;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.options.ServerOptions.ClusterState;
import io.quorate.transport.ClusterQuestion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a member does that has no data yet and is told that its cluster exists: it asks the cluster before it starts. */
public final class Joining {
    private static final int PATIENCE_MILLIS = 5_000;

    private Joining() {}

    /**
     * Blocks while the peers are asked.
     *
     * @throws RaftException saying why this member cannot join
     */
    public static void check(ServerOptions options) {
        if (options.initialClusterState() == ClusterState.NEW || holdsData(options.dataDir())) {
            return;
        }
        List<String> own = texts(options.initialAdvertisePeerUrls());
        List<String> peers = options.initialCluster().stream()
                .flatMap((InitialMember member) -> texts(member.peerUrls()).stream())
                .filter(url -> !own.contains(url))
                .toList();
        if (peers.isEmpty()) {
            throw new RaftException(
                    Code.BAD_OPTIONS,
                    "--initial-cluster-state=existing needs the peer URLs of the cluster's members in --initial-cluster");
        }
        try {
            Answer answer = ClusterQuestion.ask(peers, PATIENCE_MILLIS);
            throw new RaftException(Code.IDENTITY_REFUSED, answer.refusal(own));
        } catch (IOException unanswered) {
            throw new RaftException(
                    Code.IDENTITY_REFUSED,
                    unanswered.getMessage() + ": start this member when its cluster runs, or check --initial-cluster",
                    unanswered);
        }
    }

    private static List<String> texts(List<URI> urls) {
        return urls.stream().map(URI::toString).toList();
    }

    private static boolean holdsData(Path directory) {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent();
        } catch (IOException unreadable) {
            throw new RaftException(
                    Code.DATA_DIRECTORY,
                    "the data directory " + directory + " cannot be read (" + unreadable
                            + "): make it this user's, or give another --data-dir",
                    unreadable);
        }
    }
}
