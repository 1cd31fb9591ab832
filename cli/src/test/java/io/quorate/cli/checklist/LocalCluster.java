package io.quorate.cli.checklist;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.kv.Commands;
import io.quorate.kv.MemberAttributes;
import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.raft.membership.Member;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.port.ClientPort;
import io.quorate.server.rpc.Services;
import io.quorate.transport.EventLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One member in this process: the server's services over a store, without a log behind it. */
final class LocalCluster implements TestCluster {
    private static final Member SELF = new Member(7, 1, "local", List.of("http://127.0.0.1:2380"));

    private final EventLoops loops = EventLoops.start(1, "local-cluster");
    private final LocalNode<Result> node;
    private final Services services;
    private final ClientPort port;
    private final ManagedChannel channel;

    private LocalCluster() throws IOException {
        KvStateMachine machine = new KvStateMachine();
        node = new LocalNode<>(9, SELF, machine);
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .build();
        services = new Services(options, 9, SELF.id(), node, machine.store()::view, () -> true, loops.group());
        port = ClientPort.open(options, loops, services.all(), services.guard());
        channel = NettyChannelBuilder.forAddress("127.0.0.1", address().getPort())
                .usePlaintext()
                .build();
        node.propose(ByteBuffer.wrap(
                        Commands.encode(new MemberAttributes(SELF.id(), SELF.name(), List.of("http://" + endpoint())))))
                .join();
    }

    static LocalCluster start() {
        try {
            return new LocalCluster();
        } catch (IOException failed) {
            throw new UncheckedIOException("the test's server did not start", failed);
        }
    }

    private InetSocketAddress address() {
        return port.addresses().get(0);
    }

    @Override
    public List<ManagedChannel> members() {
        return List.of(channel);
    }

    @Override
    public TestCluster fresh() {
        return start();
    }

    @Override
    public String endpoint() {
        return "127.0.0.1:" + address().getPort();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        node.close();
        port.close();
        services.close();
        loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
