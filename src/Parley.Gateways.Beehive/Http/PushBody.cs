using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.Beehive.Http;

/// <summary>The body of a push: at most 60 KiB, whether its length is told or it comes in chunks (beehive.md §3.2).</summary>
internal static class PushBody
{
    /// <summary>Longest body, in bytes.</summary>
    public const int Limit = 60 * 1024;

    /// <summary>Reads the body; null when it is too long. No more than one byte beyond the limit is ever kept.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is { } length)
        {
            if (length > Limit)
                return null;
            var exact = new byte[length];
            var got = await request.Body.ReadAtLeastAsync(exact, exact.Length, throwOnEndOfStream: false, cancellationToken);
            return got == exact.Length ? exact : exact[..got];
        }
        var buffer = ArrayPool<byte>.Shared.Rent(Limit + 1);
        try
        {
            var count = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, Limit + 1), Limit + 1, throwOnEndOfStream: false, cancellationToken);
            return count > Limit ? null : buffer[..count];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
