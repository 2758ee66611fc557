using System.Security.Cryptography;
using System.Text;

namespace Parley.Wire.Beehive;

/// <summary>
/// Makes and checks the token of iplist and ONLINE (beehive §5): Base64 of nonce (12 bytes), the plain text under AES-256-GCM, and tag
/// (12 bytes). The client's library has room for 127 characters; the longest token has 124. Thread-safe.
/// </summary>
public sealed class BeehiveToken
{
    /// <summary>Length of a key in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>The longest token that is made, in characters.</summary>
    public const int MaxLength = 124;

    /// <summary>The latest expiry that fits into the longest token, unix seconds: eleven digits, the year 5138.</summary>
    public const long MaxExpiry = 99_999_999_999;

    private const int NonceLength = 12;
    private const int TagLength = 12;

    /// <summary>Longer texts are not looked at; a reference token of the longest plain text has 184 characters.</summary>
    private const int MaxCheckedLength = 256;

    private readonly byte[][] _keys;
    private readonly string? _referenceSecret;

    /// <summary>Takes the keys.</summary>
    /// <param name="keys">Keys of <see cref="KeyLength"/> bytes: the first makes tokens, all are tried on those that come.</param>
    /// <param name="referenceSecret">
    /// The shared secret with which tokens in the reference encoding are accepted too; null refuses them. That encoding is no
    /// cryptography: who has seen one token can make others.
    /// </param>
    public BeehiveToken(IEnumerable<byte[]> keys, string? referenceSecret = null)
    {
        _keys = [.. keys.Select(key => (byte[])key.Clone())];
        if (_keys.Length == 0 || Array.Exists(_keys, key => key.Length != KeyLength))
            throw new ArgumentException($"At least one key is needed, and each has {KeyLength} bytes.", nameof(keys));
        _referenceSecret = referenceSecret;
    }

    /// <summary>Makes a token.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="expiry">The last good second, unix seconds, 0 to <see cref="MaxExpiry"/>.</param>
    public string Create(ulong userId, ulong sessionId, long expiry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expiry);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiry, MaxExpiry);
        var plain = Encoding.ASCII.GetBytes(new BeehiveTokenText(userId, expiry, sessionId).ToString());
        var sealedBytes = new byte[NonceLength + plain.Length + TagLength];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_keys[0], TagLength);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceLength, plain.Length), sealedBytes.AsSpan(NonceLength + plain.Length));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Checks a token: first that it is ours, then its time, then whose it is.</summary>
    /// <param name="token">What the client sent, of any length.</param>
    /// <param name="userId">The user of the login.</param>
    /// <param name="sessionId">The session of the login.</param>
    /// <param name="now">Unix seconds.</param>
    public BeehiveTokenOutcome Check(string token, ulong userId, ulong sessionId, long now)
    {
        if (!TryDecode(token, out var text))
            return BeehiveTokenOutcome.Undecodable;
        if (text.Expiry < now)
            return BeehiveTokenOutcome.Expired;
        return text.UserId == userId && text.SessionId == sessionId ? BeehiveTokenOutcome.Good : BeehiveTokenOutcome.Foreign;
    }

    private bool TryDecode(string token, out BeehiveTokenText text)
    {
        text = default;
        if (token.Length > MaxCheckedLength)
            return false;
        Span<byte> bytes = stackalloc byte[MaxCheckedLength];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
            return false;
        return TryOpen(bytes[..length], out text)
            || (_referenceSecret is not null && BeehiveReferenceToken.TryDecode(token, _referenceSecret, out text));
    }

    private bool TryOpen(ReadOnlySpan<byte> bytes, out BeehiveTokenText text)
    {
        text = default;
        var length = bytes.Length - NonceLength - TagLength;
        if (length <= 0)
            return false;
        Span<byte> plain = stackalloc byte[MaxCheckedLength];
        plain = plain[..length];
        foreach (var key in _keys)
        {
            using var cipher = new AesGcm(key, TagLength);
            try
            {
                cipher.Decrypt(bytes[..NonceLength], bytes.Slice(NonceLength, length), bytes[^TagLength..], plain);
            }
            catch (AuthenticationTagMismatchException)
            {
                continue;
            }
            return BeehiveTokenText.TryParse(Encoding.ASCII.GetString(plain), out text);
        }
        return false;
    }
}
