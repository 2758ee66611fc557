using Microsoft.AspNetCore.Http;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Reads the body of a call, whether its length is told or it comes in chunks.</summary>
internal static class ApiInput
{
    private const int Step = 8192;

    /// <summary>The body; null when it is longer than the limit. No more than one read beyond the limit is ever kept.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength is { } length)
        {
            if (length > limit)
                return null;
            var exact = new byte[length];
            var got = await request.Body.ReadAtLeastAsync(exact, exact.Length, throwOnEndOfStream: false, cancellation);
            return exact.AsMemory(0, got);
        }
        using var buffer = new PooledBufferWriter();
        while (buffer.WrittenCount <= limit)
        {
            var got = await request.Body.ReadAsync(buffer.GetMemory(Step), cancellation);
            if (got == 0)
                return buffer.WrittenSpan.ToArray();
            buffer.Advance(got);
        }
        return null;
    }
}
