/// The look of a report page, charts included.
enum PageStyle {
  /// Base64 of the sheet's SHA-256, by which browsers recognise it; a test keeps it true.
  static let digest = "g6D4G0qDaTZPgrNeFRSRFfHWXY6BqFEoJwszDfOz/jg="

  static let sheet = """

    :root{color-scheme:light dark;--paper:#fff;--ink:#16191d;--soft:#5a636e;--line:#e1e5e9;\
    --tint:#f5f7f9;--link:#0072b2;--good:#00744f;--good-bg:#e3f5ee;--partly:#8a5a00;\
    --partly-bg:#fdf1d8;--bad:#b03a00;--bad-bg:#fdeae2;--neutral:#4b5563;--neutral-bg:#eceff2}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e9ecef;\
    --soft:#a3acb6;--line:#2d333a;--tint:#1d2126;--link:#6bb8ea;--good:#5fd6ae;--good-bg:#12382c;\
    --partly:#f0c463;--partly-bg:#3c2f10;--bad:#ff9e70;--bad-bg:#43200f;--neutral:#b5bdc6;\
    --neutral-bg:#2a2f36}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\
    "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;text-rendering:optimizeLegibility}
    main{max-width:72rem;margin:0 auto;padding:3rem 1.5rem 4rem}
    h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 .5rem;font-weight:700}
    h2{font-size:1.3rem;line-height:1.3;margin:2.75rem 0 .75rem;font-weight:650}
    h3{font-size:1.02rem;margin:1.75rem 0 .5rem;font-weight:650}
    p{margin:0 0 1rem;max-width:44rem}
    .lead{font-size:1.12rem;color:var(--soft)}
    .note{border-left:3px solid var(--link);background:var(--tint);padding:.7rem 1rem;\
    border-radius:0 6px 6px 0}
    ul{margin:0 0 1rem;padding-left:1.3rem}
    pre{background:var(--tint);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;\
    overflow-x:auto;font-size:.86rem;line-height:1.5}
    code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace}
    dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1px;\
    margin:1.25rem 0;background:var(--line);border:1px solid var(--line);border-radius:8px;\
    overflow:hidden}
    dl div{background:var(--paper);padding:.75rem 1rem}
    dt{font-size:.82rem;color:var(--soft)}
    dd{margin:.1rem 0 0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    .scroll{overflow-x:auto;margin:1.25rem 0}
    table{border-collapse:collapse;width:100%;font-size:.92rem;\
    font-variant-numeric:tabular-nums}
    caption{caption-side:bottom;text-align:left;color:var(--soft);font-size:.86rem;\
    padding-top:.6rem}
    th{text-align:left;font-weight:600;font-size:.82rem;color:var(--soft);vertical-align:bottom;\
    border-bottom:1.5px solid var(--ink);padding:.4rem .75rem}
    td{border-bottom:1px solid var(--line);padding:.5rem .75rem;vertical-align:top}
    th:first-child,td:first-child{padding-left:0}
    th:last-child,td:last-child{padding-right:0}
    .n{text-align:right;white-space:nowrap}
    .w{white-space:nowrap}
    figure{margin:1.5rem 0;max-width:52rem}
    figure svg{display:block;width:100%;height:auto;border:1px solid var(--line);\
    border-radius:8px}
    figcaption{color:var(--soft);font-size:.86rem;margin-top:.6rem}
    .badge{display:inline-block;white-space:nowrap;font-size:.82rem;font-weight:600;\
    line-height:1.5;padding:.05rem .6rem;border-radius:1rem}
    .good{color:var(--good);background:var(--good-bg)}
    .partly{color:var(--partly);background:var(--partly-bg)}
    .bad{color:var(--bad);background:var(--bad-bg)}
    .neutral{color:var(--neutral);background:var(--neutral-bg)}
    .verdict{font-size:1.05rem}
    .verdict .badge{font-size:.95rem;margin-right:.35rem}
    footer{margin-top:3.5rem;padding-top:1rem;border-top:1px solid var(--line);\
    color:var(--soft);font-size:.84rem;overflow-wrap:anywhere}
    @media print{body{font-size:10.5pt}main{max-width:none;padding:0}\
    figure,tr,dl{break-inside:avoid}h2,h3{break-after:avoid}\
    .badge,.note,pre{print-color-adjust:exact}}

    """ + ChartStyle.sheet
}
