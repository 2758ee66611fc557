using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>
/// The sign of a back end's quest (rtm-server.md §1.3): the MD5 of <c>pid:secret:salt</c>, or with a time of
/// <c>pid:secret:salt:method:ts</c>, in hexadecimal. Nothing is allocated.
/// </summary>
internal static class ServerSign
{
    /// <summary>Bytes of a sign before it is made hexadecimal.</summary>
    public const int Length = MD5.HashSizeInBytes;

    [ThreadStatic]
    private static IncrementalHash? _hash;

    private const int OnStack = 1024;
    private const int MostNumber = 20;
    private const int Separators = 4;

    /// <summary>What the sign of a quest must be (rule S-1).</summary>
    /// <param name="projectId">The pid.</param>
    /// <param name="secret">The project's secret.</param>
    /// <param name="salt">The salt as a signed number.</param>
    /// <param name="method">The wire method.</param>
    /// <param name="time">The quest's <c>ts</c>; null when it has none.</param>
    /// <param name="sign">Receives <see cref="Length"/> bytes.</param>
    [SuppressMessage("Security", "CA5351:Do not use broken cryptographic algorithms", Justification = "The protocol says MD5.")]
    public static void Compute(long projectId, string secret, long salt, string method, long? time, Span<byte> sign)
    {
        var most = (3 * MostNumber) + Separators
            + Encoding.UTF8.GetMaxByteCount(secret.Length) + Encoding.UTF8.GetMaxByteCount(method.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var text = rented is null ? stackalloc byte[OnStack] : rented;
        var end = Append(text, 0, projectId);
        text[end++] = (byte)':';
        end += Encoding.UTF8.GetBytes(secret, text[end..]);
        text[end++] = (byte)':';
        end = Append(text, end, salt);
        if (time is { } seconds)
        {
            text[end++] = (byte)':';
            end += Encoding.UTF8.GetBytes(method, text[end..]);
            text[end++] = (byte)':';
            end = Append(text, end, seconds);
        }
        // kept for the thread: a hash that is begun anew each time costs a third more
        var hash = _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(text[..end]);
        hash.TryGetHashAndReset(sign, out _);
        text[..end].Clear();
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Whether the text is the sign in hexadecimal, in either case (rule S-2). Takes the same time for every wrong sign.</summary>
    public static bool IsSame(ReadOnlySpan<byte> text, ReadOnlySpan<byte> sign)
    {
        Span<byte> given = stackalloc byte[Length];
        return text.Length == 2 * Length
            && Convert.FromHexString(text, given, out _, out var written) == OperationStatus.Done
            && written == Length
            && CryptographicOperations.FixedTimeEquals(given, sign);
    }

    private static int Append(Span<byte> text, int end, long number)
    {
        Utf8Formatter.TryFormat(number, text[end..], out var written);
        return end + written;
    }
}
