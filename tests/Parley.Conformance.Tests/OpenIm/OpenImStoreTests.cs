using System.Net;
using System.Text;
using Parley.Conformance.Tests.Support;
using SQLitePCL;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>What a store that fails is answered with, and what a restart keeps (openim.md §1.5, §2.1, §2.3).</summary>
public sealed class OpenImStoreTests
{
    [Fact]
    [CoversOpenIm("802")]
    public async Task A_store_that_cannot_be_read_or_written_is_802_and_says_nothing_of_the_token()
    {
        var server = await OpenImApiServer.StartAsync(new Dictionary<string, string>());
        try
        {
            var door = server.Endpoints["OpenImApi"];
            var token = await TokenAsync(door, OpenImApiServer.Admin);
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(server.DataDirectory, "parley.db"), out var held));
            using (held)
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_busy_timeout(held, 10_000));
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "ALTER TABLE access_token RENAME TO hidden_token"));
                foreach (var path in new[] { "/auth/parse_token", "/manager/get_all_users_uid", "/msg/newest_seq", "/manager/send_msg" })
                {
                    var answer = await CallAsync(door, path, SampleCall.Of(path).BodyOf("a", "b", "g").ToJsonString(), token);
                    Assert.True(answer.Status == 200 && OpenImApiServer.CodeOf(answer) == 802, answer.Text);
                    Assert.Equal("db failed", OpenImApiServer.MessageOf(answer));
                }
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "ALTER TABLE hidden_token RENAME TO access_token"));
                Assert.Equal(0, OpenImApiServer.CodeOf(await CallAsync(door, "/auth/parse_token", """{"operationID":"op"}""", token)));

                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "BEGIN IMMEDIATE"));
                const string Register = """{"secret":"s3cret-demo","platform":2,"userID":"ann","operationID":"op"}""";
                OpenImApiServer.Same("""{"errCode":802,"errMsg":"db failed"}""", await CallAsync(door, "/auth/user_register", Register, ""));
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "ROLLBACK"));
                Assert.Equal(0, OpenImApiServer.CodeOf(await CallAsync(door, "/auth/user_register", Register, "")));
            }
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    [CoversOpenIm("/manager/get_all_users_uid")]
    public async Task Managers_users_and_tokens_outlast_a_restart()
    {
        var server = await OpenImApiServer.StartAsync(new Dictionary<string, string>());
        try
        {
            var token = await TokenAsync(server.Endpoints["OpenImApi"], OpenImApiServer.Admin);
            await server.TerminateAsync();
            await server.RestartAsync();
            OpenImApiServer.Same(
                """{"errCode":0,"errMsg":"","uidList":["im_admin","im_second"],"data":["im_admin","im_second"]}""",
                await CallAsync(server.Endpoints["OpenImApi"], "/manager/get_all_users_uid", """{"operationID":"op"}""", token));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    private static async Task<string> TokenAsync(IPEndPoint door, string user)
    {
        var answer = await CallAsync(door, "/auth/user_token", $$"""{"secret":"s3cret-demo","platform":8,"userID":"{{user}}"}""", "");
        return answer.Json.GetProperty("data").GetProperty("token").GetString()!;
    }

    private static Task<HttpAnswer> CallAsync(IPEndPoint door, string path, string body, string token) =>
        HttpPeer.PostAsync(door, path, Encoding.UTF8.GetBytes(body), ("token", token));
}
