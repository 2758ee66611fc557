using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateways.GoIm.Messages;

/// <summary>
/// The UUIDs under which clients know messages (goim-json §7, GI-004). A UUID is the message's place in the log, mixed with a key of the
/// project so that it looks like any version 4: the same in every push and after a restart, with nothing to remember.
/// </summary>
internal sealed class PushId
{
    private const int PlaceBits = 60;
    private const ulong PlaceMask = (1UL << PlaceBits) - 1;
    private const ulong CheckMask = (1UL << 62) - 1;
    private const ulong Factor = 0x9E3779B97F4A7C15 & PlaceMask;
    private const int Shift = PlaceBits / 2; // half the bits: shifting twice is shifting everything out, so it undoes itself
    private static readonly ulong Inverse = InverseOf(Factor);

    private readonly ulong _placeKey;
    private readonly ulong _checkKey;

    /// <param name="secret">The project's secret.</param>
    public PushId(string secret)
    {
        Span<byte> key = stackalloc byte[16];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), key, default, "parley goim push id"u8);
        _placeKey = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _checkKey = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>The UUID of a place.</summary>
    public Guid Of(long position)
    {
        var place = Mix((ulong)position & PlaceMask);
        var check = Check((ulong)position);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((place >> 12) << 16) | 0x4000 | (place & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000_0000_0000_0000 | check);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The place of a UUID; false when it is none of ours.</summary>
    public bool TryGetPosition(Guid id, out long position)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        position = (long)Unmix(((high >> 16) << 12) | (high & 0xFFF));
        return Of(position) == id;
    }

    private ulong Mix(ulong place)
    {
        place ^= _placeKey & PlaceMask;
        place = (place * Factor) & PlaceMask;
        place ^= place >> Shift;
        return (place * Factor) & PlaceMask;
    }

    private ulong Unmix(ulong place)
    {
        place = (place * Inverse) & PlaceMask;
        place ^= place >> Shift;
        place = (place * Inverse) & PlaceMask;
        return place ^ (_placeKey & PlaceMask);
    }

    private ulong Check(ulong position)
    {
        var mixed = (position ^ _checkKey) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 31) ^ _placeKey) * 0x94D049BB133111EB;
        return (mixed ^ (mixed >> 29)) & CheckMask;
    }

    /// <summary>The factor that undoes a multiplication by an odd number: each round of Newton's method doubles the bits that are right.</summary>
    private static ulong InverseOf(ulong factor)
    {
        var inverse = factor;
        for (var i = 0; i < 6; i++)
            inverse *= 2 - (factor * inverse);
        return inverse & PlaceMask;
    }
}
