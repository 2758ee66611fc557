using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Parley.Core.Webhooks;
using Polly;
using Polly.Timeout;

namespace Parley.Outgoing.Webhooks;

/// <summary>
/// Sends batches as signed HTTP POST requests. One call is one attempt: when to try again is decided where the cursor is. Redirects are
/// not followed, cookies are not kept, no proxy is asked, and the answer's body is not read.
/// </summary>
public sealed class HttpWebhookSender : IWebhookSender, IDisposable
{
    /// <summary>The header that names the batch: the ids of its first and last delivery, the same for every attempt.</summary>
    public const string DeliveryHeader = "Parley-Delivery";

    /// <summary>The header with the number of the attempt, from 1.</summary>
    public const string AttemptHeader = "Parley-Attempt";

    private static readonly MediaTypeHeaderValue Json = new("application/json", "utf-8");

    private static readonly ResiliencePropertyKey<TimeSpan> TimeoutKey = new("timeout");

    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;
    private readonly TimeProvider _time;

    /// <summary>Makes the sender.</summary>
    public HttpWebhookSender(TimeProvider time)
    {
        _time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a receiver may move to another address
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(4), // many servers hang up on connections that are idle for five
            MaxResponseHeadersLength = 16,
        };
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("Parley", "1"));
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = arguments => new(arguments.Context.Properties.GetValue(TimeoutKey, default)) })
            .Build();
    }

    /// <inheritdoc/>
    public async ValueTask<WebhookReply> SendAsync(WebhookBatch batch, int attempt, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(TimeoutKey, batch.Webhook.Timeout);
        try
        {
            var body = new ArrayBufferWriter<byte>(4096);
            WebhookBody.Write(batch, body);
            return await _pipeline.ExecuteAsync(
                async (context, state) => await state.Sender.PostAsync(state.Batch, state.Body, state.Attempt, context.CancellationToken),
                context, (Sender: this, Batch: batch, Body: body.WrittenMemory, Attempt: attempt));
        }
        catch (TimeoutRejectedException)
        {
            return new(WebhookOutcome.Failed, "no answer in time");
        }
        catch (HttpRequestException exception)
        {
            return new(WebhookOutcome.Failed, exception.HttpRequestError.ToString());
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new(WebhookOutcome.Failed, exception.GetType().Name);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<WebhookReply> PostAsync(WebhookBatch batch, ReadOnlyMemory<byte> body, int attempt, CancellationToken cancellationToken)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, batch.Webhook.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Compute(Encoding.UTF8.GetBytes(batch.Webhook.Secret), timestamp, body.Span));
        request.Headers.Add(DeliveryHeader, NameOf(batch));
        request.Headers.Add(AttemptHeader, attempt.ToString(CultureInfo.InvariantCulture));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
            return new(WebhookOutcome.Accepted, "");
        var status = string.Create(CultureInfo.InvariantCulture, $"status {(int)response.StatusCode}");
        return new(response.StatusCode == HttpStatusCode.Gone ? WebhookOutcome.Gone : WebhookOutcome.Failed, status);
    }

    private static string NameOf(WebhookBatch batch)
    {
        var first = batch.Events.Count > 0 ? WebhookBody.IdOf(batch.Events[0]) : WebhookBody.IdOf(batch.Messages[0]);
        var last = batch.Messages.Count > 0 ? WebhookBody.IdOf(batch.Messages[^1]) : WebhookBody.IdOf(batch.Events[^1]);
        return $"{first}-{last}";
    }
}
