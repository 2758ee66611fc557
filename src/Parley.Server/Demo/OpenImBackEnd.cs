using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Server.Demo;

/// <summary>
/// A business back end at the OpenIM API, by REST alone: it registers users, makes the group, sends as its own user by <c>send_msg</c>, and
/// hears by pulling the inbox of that user.
/// </summary>
internal sealed class OpenImBackEnd(string name, long userId, IPEndPoint api, string secret, string manager, TimeProvider time)
    : DemoParticipant(name, "OpenIM REST", userId)
{
    private const int ManagerPlatform = 8;

    private static readonly TimeSpan PullInterval = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new() { BaseAddress = new($"http://{api}"), Timeout = Patience };
    private readonly CancellationTokenSource _end = new();
    private string _managerToken = "";
    private string _ownToken = "";
    private Task _pulling = Task.CompletedTask;
    private int _calls;

    public override string HistoryWay => "/msg/newest_seq, /msg/pull_msg_by_seq";

    /// <summary>Gets the token of a manager.</summary>
    public async Task LogInAsync(CancellationToken cancellationToken) =>
        _managerToken = await IssueTokenAsync(manager, ManagerPlatform, cancellationToken);

    /// <summary>Registers those users who are not registered yet; returns how many it registered.</summary>
    public async Task<int> RegisterAsync(IReadOnlyList<(string Id, string Name)> users, CancellationToken cancellationToken)
    {
        using var check = await CallAsync("/manager/account_check", _managerToken, json => WriteList(json, "userIDList", users.Select(static user => user.Id)), cancellationToken);
        var known = check.RootElement.GetProperty("result").EnumerateArray()
            .Where(static one => one.GetProperty("accountStatus").GetString() == "registered")
            .Select(static one => one.GetProperty("userID").GetString()).ToHashSet(StringComparer.Ordinal);
        var registered = 0;
        foreach (var (id, nickname) in users.Where(user => !known.Contains(user.Id)))
        {
            void Write(Utf8JsonWriter json)
            {
                json.WriteString("secret"u8, secret);
                json.WriteNumber("platform"u8, OpenImParticipant.Platform);
                json.WriteString("userID"u8, id);
                json.WriteString("nickname"u8, nickname);
            }
            using var _ = await CallAsync("/auth/user_register", "", Write, cancellationToken);
            registered++;
        }
        return registered;
    }

    /// <summary>Gives a user a token, as it does for its clients.</summary>
    public async Task<string> IssueTokenAsync(string id, int platform, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("secret"u8, secret);
            json.WriteNumber("platform"u8, platform);
            json.WriteString("userID"u8, id);
        }
        using var answer = await CallAsync("/auth/user_token", "", Write, cancellationToken);
        return answer.RootElement.GetProperty("data").GetProperty("token").GetString() ?? "";
    }

    /// <summary>Makes a group with an id of its choice, owned by its own user, and begins to listen there.</summary>
    public async Task MakeGroupAsync(long group, string groupName, string member, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("ownerUserID"u8, UserName);
            WriteList(json, "memberUserIDs", [member]);
            json.WriteStartObject("groupInfo"u8);
            json.WriteString("groupID"u8, group.ToString(CultureInfo.InvariantCulture));
            json.WriteString("groupName"u8, groupName);
            json.WriteNumber("groupType"u8, 2);
            json.WriteEndObject();
        }
        using var made = await CallAsync("/group/create_group", _managerToken, Write, cancellationToken, isV3: true);
        var id = made.RootElement.GetProperty("data").GetProperty("groupInfo").GetProperty("groupID").GetString();
        if (id != group.ToString(CultureInfo.InvariantCulture))
            throw new IOException($"/group/create_group made the group {id}");
        _ownToken = await IssueTokenAsync(UserName, OpenImParticipant.Platform, cancellationToken);
        _pulling = PullAsync(group, await NewestAsync(cancellationToken));
    }

    /// <summary>The ids of the members.</summary>
    public async Task<IReadOnlyList<string>> ListMembersAsync(long group, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json) => json.WriteString("groupID"u8, group.ToString(CultureInfo.InvariantCulture));
        using var answer = await CallAsync("/group/get_group_all_member_list", _managerToken, Write, cancellationToken);
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(static member => member.GetProperty("userID").GetString() ?? "")];
    }

    /// <inheritdoc/>
    public override async Task SendAsync(long group, string text, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            json.WriteString("sendID"u8, UserName);
            json.WriteString("groupID"u8, group.ToString(CultureInfo.InvariantCulture));
            json.WriteNumber("sessionType"u8, 2);
            json.WriteNumber("contentType"u8, OpenImParticipant.TextType);
            json.WriteStartObject("content"u8);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }
        using var _ = await CallAsync("/manager/send_msg", _managerToken, Write, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(cancellationToken);
        return await PullAsync(group, Math.Max(1, newest - 99), newest, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _pulling;
        _end.Dispose();
        _http.Dispose();
    }

    /// <summary>Asks again and again whether something new is there.</summary>
    private async Task PullAsync(long group, long seen)
    {
        try
        {
            while (true)
            {
                var newest = await NewestAsync(_end.Token);
                if (newest > seen)
                {
                    foreach (var (from, text) in await PullAsync(group, seen + 1, newest, _end.Token))
                        Hear(from, text);
                    seen = newest;
                }
                await Task.Delay(PullInterval, time, _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException or OperationCanceledException)
        {
            HearNoMore();
        }
    }

    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync("/msg/newest_seq", _ownToken, WriteAsker, cancellationToken);
        return answer.RootElement.GetProperty("data").GetProperty("maxSeq").GetInt64();
    }

    private async Task<IReadOnlyList<DemoHeard>> PullAsync(long group, long first, long last, CancellationToken cancellationToken)
    {
        void Write(Utf8JsonWriter json)
        {
            WriteAsker(json);
            json.WriteStartArray("seqList"u8);
            for (var seq = first; seq <= last; seq++)
                json.WriteNumberValue(seq);
            json.WriteEndArray();
        }
        using var answer = await CallAsync("/msg/pull_msg_by_seq", _ownToken, Write, cancellationToken);
        var groupName = group.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. answer.RootElement.GetProperty("data").EnumerateArray()
                .Where(message => message.GetProperty("contentType").GetInt32() == OpenImParticipant.TextType
                    && message.GetProperty("groupID").GetString() == groupName)
                .OrderBy(static message => message.GetProperty("seq").GetInt64())
                .Select(static message => new DemoHeard(
                    message.GetProperty("sendID").GetString() ?? "",
                    System.Text.Encoding.UTF8.GetString(message.GetProperty("content").GetBytesFromBase64()))),
        ];
    }

    private void WriteAsker(Utf8JsonWriter json)
    {
        json.WriteString("sendID"u8, UserName);
        json.WriteNumber("reqIdentifier"u8, 1001);
        json.WriteString("msgIncr"u8, "1");
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>Calls the API; what is refused throws.</summary>
    private async Task<JsonDocument> CallAsync(
        string path, string token, Action<Utf8JsonWriter> write, CancellationToken cancellationToken, bool isV3 = false)
    {
        var operation = string.Create(CultureInfo.InvariantCulture, $"parley-demo-{Interlocked.Increment(ref _calls)}");
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            if (!isV3)
                json.WriteString("operationID"u8, operation);
            write(json);
            json.WriteEndObject();
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (token.Length > 0)
            request.Headers.Add("token", token);
        if (isV3)
            request.Headers.Add("operationID", operation);
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (answer.RootElement.TryGetProperty("errCode", out var code) && code.GetInt32() == 0)
            return answer;
        using (answer)
            throw new IOException($"{path}: {answer.RootElement.GetRawText()}");
    }
}
