package io.quorate.cli.checklist;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.support.Ports;
import io.quorate.server.Server;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Members in this process, each a whole server with log, links and port. */
final class ServerCluster implements TestCluster {
    private final Path folder;
    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final int size;

    private ServerCluster(int size) throws IOException {
        this.size = size;
        this.folder = Files.createTempDirectory("quorate-checklist-");
        List<InitialMember> members = new ArrayList<>();
        int port = Ports.run(size);
        for (int i = 0; i < size; i++) {
            members.add(new InitialMember("n" + (i + 1), List.of(URI.create("http://127.0.0.1:" + (port + i)))));
        }
        for (InitialMember member : members) {
            servers.add(Server.start(options(members, member)));
        }
        for (Server server : servers) {
            server.ready().join();
            int number = server.clientAddresses().get(0).getPort();
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", number)
                    .usePlaintext()
                    .build());
        }
    }

    static ServerCluster start(int size) {
        try {
            return new ServerCluster(size);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ServerOptions options(List<InitialMember> members, InitialMember self) {
        return ServerOptions.builder()
                .name(self.name())
                .dataDir(folder.resolve(self.name()))
                .initialCluster(members)
                .listenPeerUrls(self.peerUrls())
                .initialAdvertisePeerUrls(self.peerUrls())
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .segmentBytes(8 << 20)
                .build();
    }

    @Override
    public List<ManagedChannel> members() {
        return channels;
    }

    @Override
    public TestCluster fresh() {
        return start(size);
    }

    @Override
    public String endpoint(int member) {
        InetSocketAddress address = servers.get(member).clientAddresses().get(0);
        return "127.0.0.1:" + address.getPort();
    }

    @Override
    public void stop(int member) {
        servers.get(member).close();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
