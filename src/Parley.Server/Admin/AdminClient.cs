using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Server.Admin;

/// <summary>Administration through the local admin door of the server that runs on the data directory.</summary>
internal sealed class AdminClient : IAdministration
{
    private readonly HttpClient _http;

    private AdminClient(Socket socket)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, _) => new ValueTask<Stream>(new NetworkStream(socket, ownsSocket: true)),
            MaxConnectionsPerServer = 1,
            UseProxy = false,
        };
        _http = new(handler) { BaseAddress = new("http://parley/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Connects; null when no server listens there.</summary>
    public static async Task<AdminClient?> ConnectAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null || !File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return e.SocketErrorCode == SocketError.AccessDenied
                ? throw new ParleyException($"the running server belongs to another user: {path} cannot be opened", ParleyException.Failed, e)
                : null;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectAnswer>> ListProjectsAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "projects", null, AdminJson.Default.IReadOnlyListProjectAnswer, cancellationToken);

    /// <inheritdoc/>
    public Task<ProjectAnswer> AddProjectAsync(ProjectRequest request, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, "projects", JsonContent.Create(request, AdminJson.Default.ProjectRequest), AdminJson.Default.ProjectAnswer, cancellationToken);

    /// <inheritdoc/>
    public async Task<string> IssueTokenAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var content = JsonContent.Create(request, AdminJson.Default.TokenRequest);
        return (await SendAsync(HttpMethod.Post, "tokens", content, AdminJson.Default.TokenAnswer, cancellationToken)).Token;
    }

    /// <inheritdoc/>
    public Task<StatusAnswer> StatusAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "status", null, AdminJson.Default.StatusAnswer, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookAnswer>> ListWebhooksAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "webhooks", null, AdminJson.Default.IReadOnlyListWebhookAnswer, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetterAnswer>> ListDeadLettersAsync(string webhook, long after, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"webhooks/dead?name={Uri.EscapeDataString(webhook)}&after={after}"), null,
        AdminJson.Default.IReadOnlyListDeadLetterAnswer, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> RetryWebhookAsync(string webhook, CancellationToken cancellationToken)
    {
        var content = JsonContent.Create(new(webhook), AdminJson.Default.RetryRequest);
        return (await SendAsync(HttpMethod.Post, "webhooks/retry", content, AdminJson.Default.RetryAnswer, cancellationToken)).Count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
                return (await response.Content.ReadFromJsonAsync(type, cancellationToken))!;
            var error = response.Content.Headers.ContentType?.MediaType == "application/json"
                ? await response.Content.ReadFromJsonAsync(AdminJson.Default.ErrorAnswer, cancellationToken)
                : null;
            throw new ParleyException(error?.Error ?? $"the running server answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            throw new ParleyException($"the running server did not answer: {e.Message}", ParleyException.Failed, e);
        }
    }
}
