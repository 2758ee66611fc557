using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Bench.Client;

/// <summary>Signs the quests of a back end, as SDKs since October 2019 do. Allocates nothing.</summary>
/// <param name="projectId">The project.</param>
/// <param name="secret">Its secret.</param>
/// <param name="method">The method.</param>
internal sealed class QuestSignature(long projectId, string secret, string method)
{
    /// <summary>Letters of a signature.</summary>
    public const int Length = 2 * MD5.HashSizeInBytes;

    private const int MostNumber = 20;

    [ThreadStatic]
    private static IncrementalHash? _md5;

    private readonly byte[] _start = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{projectId}:{secret}:"));
    private readonly byte[] _method = Encoding.UTF8.GetBytes($":{method}:");

    /// <summary>Writes the signature.</summary>
    /// <param name="target">Room of <see cref="Length"/>.</param>
    /// <param name="salt">Never the same twice within ten minutes.</param>
    /// <param name="seconds">Unix seconds.</param>
    [SuppressMessage("Security", "CA5351:Do not use broken cryptographic algorithms", Justification = "The protocol says MD5.")]
    public void Write(Span<byte> target, long salt, long seconds)
    {
        Span<byte> text = stackalloc byte[_start.Length + _method.Length + (2 * MostNumber)];
        _start.CopyTo(text);
        var end = _start.Length;
        Utf8Formatter.TryFormat(salt, text[end..], out var written);
        end += written;
        _method.CopyTo(text[end..]);
        end += _method.Length;
        Utf8Formatter.TryFormat(seconds, text[end..], out written);
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        var md5 = _md5 ??= IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(text[..(end + written)]);
        md5.TryGetHashAndReset(hash, out _);
        Convert.TryToHexString(hash, target, out _);
    }
}
