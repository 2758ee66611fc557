using System.Security.Cryptography;
using System.Text;

namespace Parley.Wire.Beehive;

/// <summary>
/// The reference encoding of tokens (beehive §5), for compatibility only: it is obfuscation, not cryptography. Each plain byte is a byte of
/// noise and the exclusive-or with it, the whole is combined with the hexadecimal MD5 of the secret, then Base64.
/// </summary>
public static class BeehiveReferenceToken
{
    private const int NoiseLength = 32;

    /// <summary>Makes a token.</summary>
    /// <param name="token">What it says.</param>
    /// <param name="secret">The shared secret.</param>
    /// <param name="noise">32 characters of ASCII; any will do.</param>
    public static string Encode(BeehiveTokenText token, string secret, ReadOnlySpan<byte> noise)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(noise.Length, NoiseLength);
        var plain = Encoding.ASCII.GetBytes(token.ToString());
        var bytes = new byte[2 * plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            bytes[2 * i] = noise[i % NoiseLength];
            bytes[(2 * i) + 1] = (byte)(plain[i] ^ noise[i % NoiseLength]);
        }
        Combine(bytes, secret);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads a token. False when it was not made with this secret.</summary>
    public static bool TryDecode(string token, string secret, out BeehiveTokenText text)
    {
        text = default;
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length) || length % 2 != 0)
            return false;
        Combine(bytes.AsSpan(0, length), secret);
        var plain = new char[length / 2];
        for (var i = 0; i < plain.Length; i++)
            plain[i] = (char)(bytes[2 * i] ^ bytes[(2 * i) + 1]);
        return BeehiveTokenText.TryParse(plain, out text);
    }

    private static void Combine(Span<byte> bytes, string secret)
    {
        var key = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(secret)));
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= (byte)key[i % key.Length];
    }
}
