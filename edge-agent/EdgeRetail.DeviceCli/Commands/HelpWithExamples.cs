using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary>The help as it is, and examples after it.</summary>
sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["enrol"] = ["edgeretail enrol --from T1.json --data /srv/kiosk"],
        ["run"] = ["edgeretail run --kiosk-port 8080"],
        ["sell"] =
        [
            "edgeretail sell 4006381333931                  one, at the list's price",
            "edgeretail sell '4006381333931*2' 5000112637922",
            "edgeretail sell 'CHEESE-1*0.375@19.99' --tender card",
            "edgeretail sell 4012345678901 --unknown --description Jam --price 2.49",
            "edgeretail sell 4006381333931 --command-id $(uuidgen)",
        ],
        ["refund"] =
        [
            "edgeretail refund --receipt T1-1-000042 1      line 1 of that receipt",
            "edgeretail refund --receipt T1-1-000042 '2*0.5'",
            "edgeretail refund 4006381333931@1.29 --reason 'no receipt, sour'",
        ],
        ["void"] = ["edgeretail void T1-1-000042 --reason 'wrong basket' --approver eve"],
        ["receive"] = ["edgeretail receive '4006381333931*24' 5000112637922 --reference 'note 8871'"],
        ["count"] = ["edgeretail count '4006381333931*12' 'CHEESE-1*3.25'"],
        ["adjust"] = ["edgeretail adjust 4006381333931 -3 --reason damaged --note 'fridge failed'"],
        ["waste"] = ["edgeretail waste 4006381333931 2 --reason expired", "edgeretail waste CHEESE-1 0.450 --reason damaged --note mould"],
        ["edit"] = ["edgeretail edit 4006381333931 name 'Alpine milk 1 l'", "edgeretail edit 4006381333931 name --remove"],
        ["edits"] = ["edgeretail edits --limit 5"],
        ["open"] = ["edgeretail open stock.csv     (lines like 4006381333931,24)"],
        ["cash"] = ["edgeretail cash float 200", "edgeretail cash drop 450.50 --note 'to the bank'"],
        ["day close"] = ["edgeretail day close", "edgeretail day close --date 2026-11-26"],
        ["day certificate"] = ["edgeretail day certificate --date 2026-11-26 --out T1.json"],
        ["verify certificate"] = ["edgeretail verify certificate T1.json --keys keys.json", "edgeretail verify certificate --date 2026-11-26 --keys keys.json"],
        ["stock"] = ["edgeretail stock", "edgeretail stock 4006381333931", "edgeretail stock --search milk"],
        ["explain"] = ["edgeretail explain 4006381333931"],
        ["search"] = ["edgeretail search crème"],
        ["sync"] = ["edgeretail sync && echo everything is sent"],
        ["decommission"] = ["edgeretail decommission", "edgeretail decommission --discard 12"],
        ["repair"] = ["edgeretail repair"],
        ["status"] = ["edgeretail status --json | jq .outbox.count"],
    };

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (!Examples.TryGetValue(NameOf(parseResult.CommandResult), out var examples)) return result;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return result;
    }

    static string NameOf(CommandResult command) => command.Parent is CommandResult { Command: not RootCommand } parent ? $"{NameOf(parent)} {command.Command.Name}" : command.Command.Name;
}
