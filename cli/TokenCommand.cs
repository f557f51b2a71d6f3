// SPDX-License-Identifier: MIT
// `tallymark token`: who may see more than everybody.

using System.CommandLine;
using System.Globalization;

namespace Tallymark.Cli;

static class TokenCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Required = true,
            Recursive = true,
            Description = "The collector's data folder.",
        };
        var command = new Command(
            "token", "Make a maintainer's access token, shown once: only its hash is kept. `add` makes one with a name and a role.")
        {
            data,
        };
        command.Add(Add(data));
        command.Add(List(data));
        command.Add(Revoke(data));
        command.SetAction(result => Collectors.Run("token", () => Make(result.GetRequiredValue(data), null, Role.Maintainer)));
        return command;
    }

    static Command Add(Option<string> data)
    {
        var name = new Option<string?>("--name") { Description = "Whose it is, as the audit log will say; default: token-1 and so on." };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !TokenFile.IsName(result.Tokens[0].Value))
                result.AddError($"--name {result.Tokens[0].Value}: write 1 to 64 of a-z, 0-9, - _ . @; `{AuditLog.Local}` is taken.");
        });
        var role = new Option<string>("--role")
        {
            DefaultValueFactory = _ => "maintainer",
            Description =
                "reader: tools and totals. maintainer: also the live page and queries of raw data, of every tool alike. " +
                "operator: tools, totals, status and reload; no raw data.",
        };
        role.AcceptOnlyFromAmong("reader", "maintainer", "operator");
        var command = new Command("add", "Make a token, shown once.") { name, role };
        command.SetAction(result => Collectors.Run("token add", () => Make(
            result.GetRequiredValue(data), result.GetValue(name), Token.RoleOf(result.GetRequiredValue(role)))));
        return command;
    }

    static Command List(Option<string> data)
    {
        var json = new Option<bool>("--json") { Description = "Write the list as one JSON object." };
        var command = new Command("list", "List the tokens: names, roles, when they were made.") { json };
        command.SetAction(result => Collectors.Run("token list", () =>
        {
            var tokens = new TokenFile(Collectors.Folder(result.GetRequiredValue(data))).List();
            if (result.GetValue(json))
            {
                JsonOutput.Write(writer =>
                {
                    writer.WriteStartArray("tokens");
                    foreach (var token in tokens)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", token.Name);
                        writer.WriteString("role", token.RoleName);
                        writer.WriteString("created", Created(token));
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                });
                return 0;
            }

            var list = new Listing("name", "role", "created");
            foreach (var token in tokens)
                list.Add(token.Name, token.RoleName, Created(token));
            list.Write();
            return 0;
        }));
        return command;
    }

    static Command Revoke(Option<string> data)
    {
        var name = new Argument<string>("NAME") { Description = "Whose token." };
        var command = new Command("revoke", "Take a token back: from now on it opens nothing.") { name };
        command.SetAction(result => Collectors.Run("token revoke", () =>
        {
            var folder = Collectors.Folder(result.GetRequiredValue(data));
            var who = result.GetRequiredValue(name);
            var tokens = new TokenFile(folder);
            if (!tokens.Revoke(who))
            {
                var others = tokens.List().Select(token => token.Name).ToList();
                Console.Error.WriteLine(
                    $"tallymark token revoke: there is no token of {who}; " +
                    (others.Count == 0 ? "there are none." : $"there are those of {string.Join(", ", others)}."));
                return 1;
            }

            Note(folder, "token.revoke", who);
            return 0;
        }));
        return command;
    }

    static int Make(string path, string? name, Role role)
    {
        var folder = DataFolder.Open(path);
        var tokens = new TokenFile(folder);
        var token = tokens.Add(TimeProvider.System.GetUtcNow(), name, role);
        Note(folder, "token.add", $"{tokens.Find(token)?.Name} {Token.NameOf(role)}");
        Console.Out.WriteLine(token);
        return 0;
    }

    static void Note(DataFolder folder, string what, string about) => new AuditLog(folder, TimeProvider.System).Write(
        new AuditEntry(AuditLog.Local, Role.Operator, what, "done") { Query = about });

    static string Created(Token token) =>
        token.Created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
