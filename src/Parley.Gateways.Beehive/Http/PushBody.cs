using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateways.Beehive.Http;

/// <summary>
/// The body of a push: at most 60 KiB, and no longer than clients are sent, whether its length is told or it comes in chunks
/// (beehive.md §3.2).
/// </summary>
internal static class PushBody
{
    private const int MostBytes = 60 * 1024;

    /// <summary>Reads the body; null when it is too long. No more than one byte beyond the limit is ever kept.</summary>
    /// <param name="request">The call.</param>
    /// <param name="outboundBytes">The longest body that clients are sent, in bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int outboundBytes, CancellationToken cancellationToken)
    {
        var limit = Math.Min(MostBytes, outboundBytes);
        if (request.ContentLength is { } length)
        {
            if (length > limit)
                return null;
            var exact = new byte[length];
            var got = await request.Body.ReadAtLeastAsync(exact, exact.Length, throwOnEndOfStream: false, cancellationToken);
            return got == exact.Length ? exact : exact[..got];
        }
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            var count = await request.Body.ReadAtLeastAsync(buffer.AsMemory(0, limit + 1), limit + 1, throwOnEndOfStream: false, cancellationToken);
            return count > limit ? null : buffer[..count];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
