package io.probeline.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.probeline.testkit.OidcKeys.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Date;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes bearer tokens as the issuer would, and as an attacker would. */
public final class Tokens {
    private final Supplier<OidcKeys> keys;
    private final InstantSource clock;

    Tokens(Supplier<OidcKeys> keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** From the file of an issuer that need not run at the moment. */
    public static Tokens load(Path keyFile) throws IOException {
        var keys = OidcKeys.load(keyFile);
        return new Tokens(() -> keys, InstantSource.system());
    }

    /** Signed with the issuer's newest key. */
    public String sign(TokenDraft draft) {
        return sign(draft, keys.get().newest());
    }

    /** A forgery: the issuer's key id over the signature of another key. */
    public String signByStranger(TokenDraft draft) {
        return signed(draft, keys.get().newest(), Generation.generate());
    }

    /** A forgery: signed with a key of whose id the issuer has never heard. */
    public String signByUnknownKey(TokenDraft draft) {
        return sign(draft, Generation.generate());
    }

    /** A forgery: {@code alg: none}. */
    public String unsigned(TokenDraft draft) {
        var header =
                new PlainHeader.Builder().type(new JOSEObjectType(draft.type())).build();
        return new PlainJWT(header, claims(draft)).serialize();
    }

    /** A forgery: HS256, with the published RSA key taken for the shared secret. */
    public String signWithPublicKeyAsSecret(TokenDraft draft) {
        var rsa = keys.get().newest().rsa();
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.HS256)
                    .type(new JOSEObjectType(draft.type()))
                    .keyID(rsa.getKeyID())
                    .build();
            return serialized(header, draft, new MACSigner(rsa.toRSAPublicKey().getEncoded()));
        } catch (JOSEException e) {
            throw new IllegalStateException("can't make the forgery", e);
        }
    }

    /** A forgery: a good token whose subject was changed afterwards. */
    public String tampered(TokenDraft draft, String otherSubject) {
        var good = sign(draft).split("\\.", -1);
        var other = sign(TokenDraft.of(otherSubject, draft.scopes().toArray(String[]::new)))
                .split("\\.", -1);
        return good[0] + "." + other[1] + "." + good[2];
    }

    private String sign(TokenDraft draft, Generation generation) {
        return signed(draft, generation, generation);
    }

    private String signed(TokenDraft draft, Generation named, Generation used) {
        try {
            return switch (draft.algorithm()) {
                case RS256 ->
                    serialized(
                            header(draft, JWSAlgorithm.RS256, named.rsa().getKeyID()),
                            draft,
                            new RSASSASigner(used.rsa()));
                case ES256 ->
                    serialized(
                            header(draft, JWSAlgorithm.ES256, named.ec().getKeyID()),
                            draft,
                            new ECDSASigner(used.ec()));
            };
        } catch (JOSEException e) {
            throw new IllegalStateException("can't sign", e);
        }
    }

    private static JWSHeader header(TokenDraft draft, JWSAlgorithm algorithm, String keyId) {
        return new JWSHeader.Builder(algorithm)
                .type(new JOSEObjectType(draft.type()))
                .keyID(keyId)
                .build();
    }

    private String serialized(JWSHeader header, TokenDraft draft, JWSSigner signer) throws JOSEException {
        var jwt = new SignedJWT(header, claims(draft));
        jwt.sign(signer);
        return jwt.serialize();
    }

    private JWTClaimsSet claims(TokenDraft draft) {
        var now = clock.instant();
        var expires = now.plus(draft.lifetime());
        var claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .issuer(draft.issuer().orElse(keys.get().issuer()))
                .subject(draft.subject())
                .audience(draft.audiences())
                .issueTime(Date.from(draft.lifetime().isNegative() ? expires.minusSeconds(60) : now))
                .expirationTime(Date.from(expires))
                .claim("scope", String.join(" ", draft.scopes()))
                .claim("client_id", draft.subject());
        draft.claims().forEach(claims::claim);
        return claims.build();
    }
}
