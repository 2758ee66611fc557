using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>
/// The answer of a call on its way. A short one is sent whole, with its length; a long one in pieces, as fast as the client reads: however
/// long an answer is, who does not read it keeps a piece of it in memory and no more.
/// </summary>
/// <param name="response">Where it goes; null = nowhere, and it may not be long.</param>
internal sealed class ApiAnswer(HttpResponse? response) : IAsyncDisposable
{
    /// <summary>What is sent at once, in bytes, and one item of a list beyond it.</summary>
    private const int Piece = 32 * 1024;

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly PooledBufferWriter _output = new();
    private Utf8JsonWriter? _json;

    public Utf8JsonWriter Json => _json ??= new(_output, JsonOptions);

    /// <summary>Whether a piece is on its way: what was written cannot be taken back, nor the status changed.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Forgets what was written.</summary>
    public void Reset()
    {
        Json.Reset();
        _output.Clear();
    }

    /// <summary>Sends what is written when it is a piece; completes when the client has read enough of it.</summary>
    public async ValueTask PassOnAsync(CancellationToken cancellation)
    {
        if (response is null || _output.WrittenCount + Json.BytesPending < Piece)
            return;
        if (!HasStarted)
            WriteHead(StatusCodes.Status200OK);
        HasStarted = true;
        await SendAsync(cancellation);
    }

    /// <summary>Sends what is left.</summary>
    /// <param name="status">The status; it does not count when a piece was sent, which is done for good answers only.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask FinishAsync(int status, CancellationToken cancellation)
    {
        if (!HasStarted)
        {
            WriteHead(status);
            response!.ContentLength = _output.WrittenCount + Json.BytesPending;
        }
        await SendAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_json is not null)
            await _json.DisposeAsync();
        _output.Dispose();
    }

    private void WriteHead(int status)
    {
        response!.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private async ValueTask SendAsync(CancellationToken cancellation)
    {
        await Json.FlushAsync(cancellation);
        await response!.Body.WriteAsync(_output.WrittenMemory, cancellation);
        _output.Clear();
    }
}
