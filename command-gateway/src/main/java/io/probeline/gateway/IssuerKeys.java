package io.probeline.gateway;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, fetched when a token first needs them and then kept. No token is refused for a key that is not known before the
 * keys have been fetched after the token came; but they are fetched once a second at most, so that tokens with made-up keys neither
 * flood the issuer nor hide a rotation.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    /** While the issuer is away, keys that were good go on being good for so long. */
    private static final Duration OUTAGE = Duration.ofHours(4);

    private final Source source;
    private final World world;
    private final ReentrantLock fetching = new ReentrantLock();
    private final Condition turn = fetching.newCondition();
    private volatile @Nullable Known known;
    /** When the last fetch began, successful or not. Guarded by the lock. */
    private @Nullable Long triedAt;
    /** Why that fetch gave nothing. Guarded by the lock. */
    private @Nullable String failure;

    /** Where the keys are published. */
    interface Source {
        JWKSet fetch() throws IOException;
    }

    /** @param at when the fetch began: what was published before is in it */
    private record Known(JWKSet keys, long at) {}

    IssuerKeys(Source source, World world) {
        this.source = source;
        this.world = world;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        long came = world.nanos();
        var found = selector.select(current(came).keys());
        return found.isEmpty() ? selector.select(since(came).keys()) : found;
    }

    /** What is known, renewed now and then by one caller while the others go on with what there is. Nobody waits for a try that is not due yet. */
    private Known current(long now) throws KeySourceException {
        var standing = known;
        if (standing == null || now - standing.at() > OUTAGE.toNanos()) {
            return since(now);
        }
        if (now - standing.at() > KEPT.toNanos() && fetching.tryLock()) {
            try {
                return untilNext() > 0 ? standing : since(now);
            } catch (KeySourceException e) {
                LOG.warn("{}; the known ones go on being taken", e.getMessage());
            } finally {
                fetching.unlock();
            }
        }
        return standing;
    }

    /** The keys as they were published at this time or later. */
    private Known since(long then) throws KeySourceException {
        fetching.lock();
        try {
            for (long left = untilNext(); ; left = untilNext()) {
                var standing = known;
                if (standing != null && standing.at() >= then) {
                    return standing;
                }
                if (failure != null && triedAt != null && triedAt >= then) {
                    // All who came before it began hear of it, instead of trying it themselves one after the other.
                    throw new KeySourceException(failure);
                }
                if (left <= 0) {
                    break;
                }
                // Lets the lock go: the first who comes back fetches for all.
                var _ = turn.awaitNanos(left);
            }
            long at = world.nanos();
            triedAt = at;
            var fresh = new Known(source.fetch(), at);
            known = fresh;
            failure = null;
            return fresh;
        } catch (IOException e) {
            failure = "the issuer's keys can't be had: " + e.getMessage();
            throw new KeySourceException(failure, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeySourceException("interrupted", e);
        } finally {
            fetching.unlock();
        }
    }

    private long untilNext() {
        var last = triedAt;
        return last == null ? 0 : last + BETWEEN.toNanos() - world.nanos();
    }
}
