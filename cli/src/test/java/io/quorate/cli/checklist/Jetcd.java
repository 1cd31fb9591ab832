package io.quorate.cli.checklist;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.kv.CompactResponse;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.quorate.server.rpc.EtcdError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** jetcd's client of one member in few words: each call waits for its answer. It never sends a request twice by itself. */
final class Jetcd implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final String url;
    private final Client client;

    private Jetcd(String url, ClientBuilder builder) {
        this.url = url;
        this.client = builder.endpoints(url).retryMaxAttempts(0).build();
    }

    /** @param endpoint host and port */
    static Jetcd of(String endpoint) {
        return new Jetcd("http://" + endpoint, Client.builder());
    }

    /** A client whose calls are to be refused while its member knows no leader. */
    static Jetcd requiringLeader(String endpoint) {
        return new Jetcd("http://" + endpoint, Client.builder().header("hasleader", "true"));
    }

    Client client() {
        return client;
    }

    /** As jetcd's maintenance calls want the member named. */
    String url() {
        return url;
    }

    KV kv() {
        return client.getKVClient();
    }

    PutResponse put(String key, String value) {
        return put(key, value, PutOption.DEFAULT);
    }

    PutResponse put(String key, String value, PutOption option) {
        return await(kv().put(bytes(key), bytes(value), option));
    }

    GetResponse get(String key) {
        return get(key, GetOption.DEFAULT);
    }

    GetResponse get(String key, GetOption.Builder option) {
        return get(key, option.build());
    }

    private GetResponse get(String key, GetOption option) {
        return await(kv().get(bytes(key), option));
    }

    /** Every key that begins with it. */
    GetResponse prefix(String prefix, GetOption.Builder option) {
        return get(prefix, option.isPrefix(true));
    }

    GetResponse prefix(String prefix) {
        return prefix(prefix, GetOption.builder());
    }

    DeleteResponse delete(String key, DeleteOption.Builder option) {
        return await(kv().delete(bytes(key), option.build()));
    }

    CompactResponse compact(long revision) {
        return await(kv().compact(revision));
    }

    Txn txn() {
        return kv().txn();
    }

    /** The revision of the store now. */
    long revision() {
        return get("no such key").getHeader().getRevision();
    }

    /** The answer, or what jetcd made of the refusal. */
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError("no exception of jetcd's", refused);
        } catch (TimeoutException late) {
            throw new AssertionError("no answer after " + PATIENCE_SECONDS + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    static TxnResponse commit(Txn txn) {
        return await(txn.commit());
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static List<String> keys(GetResponse response) {
        return response.getKvs().stream().map(kv -> text(kv.getKey())).toList();
    }

    static List<String> values(GetResponse response) {
        return response.getKvs().stream().map(kv -> text(kv.getValue())).toList();
    }

    static void assertPair(KeyValue kv, String key, String value, long create, long mod, long version) {
        assertThat(text(kv.getKey())).isEqualTo(key);
        assertThat(text(kv.getValue())).isEqualTo(value);
        assertThat(List.of(kv.getCreateRevision(), kv.getModRevision(), kv.getVersion(), kv.getLease()))
                .containsExactly(create, mod, version, 0L);
    }

    /** Refused, and nothing happened: not even a revision. jetcd hands its user the status as it came. */
    void assertRefusedWithoutTrace(EtcdError error, ThrowingCallable call) {
        long before = revision();
        Etcd.assertRefused(error, call);
        assertThat(revision()).isEqualTo(before);
    }

    @Override
    public void close() {
        client.close();
    }
}
