using System.Security.Cryptography;

namespace Parley.Wire.Fpnn;

/// <summary>
/// What both sides derive from a key exchange: the AES key and the initial vector, shared by both directions (fpnn §5.3).
/// </summary>
public sealed class FpnnSessionKey
{
    /// <summary>Takes a key and an initial vector as they are.</summary>
    /// <param name="key">16 or 32 bytes.</param>
    /// <param name="iv">16 bytes.</param>
    public FpnnSessionKey(byte[] key, byte[] iv)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(iv);
        if (key.Length is not (16 or 32))
            throw new ArgumentException("An AES key has 16 or 32 bytes here.", nameof(key));
        if (iv.Length != 16)
            throw new ArgumentException("An initial vector has 16 bytes.", nameof(iv));
        Key = key;
        Iv = iv;
    }

    /// <summary>The AES key: 16 or 32 bytes.</summary>
    public byte[] Key { get; }

    /// <summary>The initial vector: 16 bytes.</summary>
    public byte[] Iv { get; }

    /// <summary>Makes the cipher of one direction. In stream mode a side needs two, one to send and one to receive.</summary>
    public FpnnCipher CreateCipher() => new(this);

    /// <summary>Derives key and initial vector from the raw secret: the X coordinate of the agreed point, leading zeros kept.</summary>
    internal static FpnnSessionKey Derive(ReadOnlySpan<byte> secret, int bits)
    {
        var key = bits == 128 ? secret[..16].ToArray() : secret.Length == 32 ? secret.ToArray() : SHA256.HashData(secret);
        return new FpnnSessionKey(key, MD5.HashData(secret));
    }
}
