using Parley.Conformance.Tests.Support;
using SQLitePCL;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>What clients are told while the store takes nothing (goim-json §7).</summary>
public sealed class StoreFaultTests
{
    [Fact]
    [CoversGoIm("GI-002", "GI-004", "GI-008", "GI-009", "GI-010", "error.", "Create topic failure.", "Join topic failure.")]
    public async Task GI_002_GI_004_GI_008_GI_009_GI_010_Each_command_has_its_text_and_a_login_ends_the_connection()
    {
        var server = await GoImServer.StartAsync();
        try
        {
            var door = server.Endpoints["GoImMessage"];
            await using var ann = await GoImPeer.LoginAsync(door, "ann", acknowledges: true);
            await using var ben = await GoImPeer.LoginAsync(door, "ben", acknowledges: true);
            await using var cid = await GoImPeer.LoginAsync(door, "cid", acknowledges: true);
            await using var dan = await GoImPeer.LoginAsync(door, "dan", acknowledges: true);
            await using var fresh = await GoImPeer.ConnectAsync(door);
            await ann.OkAsync("send_create_topic", "topic");
            var file = Path.Combine(server.DataDirectory, "parley.db");
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(file, out var held));
            using (held)
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "BEGIN IMMEDIATE"));
                await Task.WhenAll(
                    ann.FailAsync("error.", "send_leave_topic", "topic"),
                    ben.FailAsync("Create topic failure.", "send_create_topic", "other"),
                    cid.FailAsync("Join topic failure.", "send_join_topic", "topic"),
                    dan.FailAsync("error.", "send_message_p2p", "hello", "ann"),
                    fresh.FailAsync("error.", "send_client_id", "new"));
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(held, "ROLLBACK"));
            }
            await fresh.ExpectClosedAsync();
            await ann.ExpectNoPushAsync();
            await cid.OkAsync("send_join_topic", "topic");
            await ben.OkAsync("send_create_topic", "other");
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }
}
