using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Wire.OpenIm;

/// <summary>Makes and reads the tokens of OpenIM (openim §2.2, §2.3): JWT in the compact form, HS256 and nothing else.</summary>
public static class OpenImToken
{
    /// <summary>Longer texts are not looked at; the token of the longest user ID has less than half of it.</summary>
    public const int MaxLength = 2048;

    /// <summary>How far, in seconds, <c>nbf</c> may lie ahead of our clock. <c>exp</c> has no leeway.</summary>
    public const int NotBeforeLeeway = 60;

    private const int SignatureLength = 43;

    /// <summary><c>{"alg":"HS256","typ":"JWT"}</c>.</summary>
    private const string Header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Makes a token. The same arguments give the same token.</summary>
    /// <param name="userId">The user, 1 to 64 characters by the caller's care.</param>
    /// <param name="platform">Name of the platform, exactly as in openim §2.4; empty for number 8.</param>
    /// <param name="issuedAt">Unix seconds; <c>iat</c> and <c>nbf</c>.</param>
    /// <param name="lifetime">Seconds; <c>exp</c> is the sum.</param>
    /// <param name="key">The signing key, not empty.</param>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static string Create(string userId, string platform, long issuedAt, long lifetime, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            throw new ArgumentException("The key is empty.", nameof(key));
        var payload = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(payload, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("UID"u8, userId);
            json.WriteString("Platform"u8, platform);
            json.WriteNumber("exp"u8, checked(issuedAt + lifetime));
            json.WriteNumber("nbf"u8, issuedAt);
            json.WriteNumber("iat"u8, issuedAt);
            json.WriteEndObject();
        }
        var signed = $"{Header}.{Base64Url.EncodeToString(payload.WrittenSpan)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>
    /// Reads a token in the order of openim §2.3: its form, <c>exp</c>, <c>nbf</c>, then the rest. Takes any text and never throws.
    /// </summary>
    /// <param name="token">What the client sent.</param>
    /// <param name="key">The signing key.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="claims">What a good token says; default for all others.</param>
    public static OpenImTokenOutcome Read(ReadOnlySpan<char> token, ReadOnlySpan<byte> key, long now, out OpenImTokenClaims claims)
    {
        claims = default;
        Span<byte> text = stackalloc byte[MaxLength];
        if (token.Length > MaxLength || Ascii.FromUtf16(token, text, out var length) != OperationStatus.Done)
            return OpenImTokenOutcome.Malformed;
        text = text[..length];
        Span<Range> parts = stackalloc Range[4];
        if (!TrySplit(text, parts))
            return OpenImTokenOutcome.Malformed;
        var read = default(OpenImTokenJson);
        if (!TryReadJson(text[parts[0]], isHeader: true, ref read) || !TryReadJson(text[parts[1]], isHeader: false, ref read))
            return OpenImTokenOutcome.Malformed;
        if (read.Expiry <= now)
            return OpenImTokenOutcome.Expired;
        if (read.NotBefore > now && read.NotBefore - NotBeforeLeeway > now)
            return OpenImTokenOutcome.NotYet;
        if (!read.IsHs256 || key.IsEmpty || !IsSigned(text[..parts[1].End], text[parts[2]], key) || !read.TryGetClaims(out claims))
            return OpenImTokenOutcome.BadSignature;
        return OpenImTokenOutcome.Good;
    }

    private static bool TrySplit(ReadOnlySpan<byte> text, Span<Range> parts)
    {
        var count = 0;
        foreach (var part in text.Split((byte)'.'))
        {
            var piece = text[part];
            if (count == 3 || piece.Length % 4 == 1 || piece.ContainsAnyExcept(Alphabet))
                return false;
            parts[count++] = part;
        }
        return count == 3;
    }

    private static bool TryReadJson(ReadOnlySpan<byte> part, bool isHeader, ref OpenImTokenJson read)
    {
        Span<byte> json = stackalloc byte[MaxLength];
        return Base64Url.DecodeFromUtf8(part, json, out _, out var length) == OperationStatus.Done
            && read.TryRead(json[..length], isHeader);
    }

    // The texts are compared, not the bytes: a text with other padding bits is no signature of ours.
    private static bool IsSigned(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, hash);
        Span<byte> expected = stackalloc byte[SignatureLength];
        Base64Url.EncodeToUtf8(hash, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}
