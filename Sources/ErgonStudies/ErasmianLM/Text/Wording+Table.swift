extension Relation {
  var wording: Wording {
    switch self {
    case .lecturer, .credits, .hall, .term: courseWording
    case .office, .membership, .head: peopleWording
    case .rule, .opening, .street: houseWording
    case .supervisor, .method, .grade: thesisWording
    }
  }

  private var courseWording: Wording {
    switch self {
    case .lecturer:
      Wording(
        statements: [
          "{s} is [taught|given|led] by {v}[ this year| again|].",
          "{v} [teaches|gives|leads] {s}[ for all students|].",
          "[Students of|Those who take] {s} [meet|will meet] {v} in the first week.",
          "The [lecturer|teacher] of {s} is {v}.",
          "Questions about {s} [go|should be sent] to {v}, who [teaches|gives] it.",
          "[For|As to] {s}, {v} [remains|stays|is] the lecturer.",
          "The exam of {s} is [set|written|marked] by {v}.",
          "The board [thanks|thanked] {v} for [teaching|giving] {s}.",
        ],
        question: "[Who teaches|Who gives] {s}?",
        examination: "Which lecturer is responsible for {s}?",
        glosses: ["{s} of teacher {v} is", "{v} {s} this year gives"])
    case .credits:
      Wording(
        statements: [
          "{s} [is worth|counts for|gives] {v}.",
          "[Whoever|Anyone who] passes {s} [earns|receives] {v}.",
          "The [study guide|catalogue] lists {s} with {v}.",
          "[For|As to] {s} the [load|weight] is {v}.",
          "The [size|load] of {s} [stays|remains] at {v}.",
          "{v} [are|will be] [awarded|entered] for {s}.",
          "[Plan|Reckon with] {v} for {s}.",
        ],
        question: "[How much is|What does one earn for] {s}?",
        examination: "What does {s} add to a student's record?",
        glosses: ["{s} of weight {v} is", "who {s} passes {v} receives"])
    case .hall:
      Wording(
        statements: [
          "{s} [meets|is held|takes place] in {v}[ every week|].",
          "The [room|place] of {s} is {v}.",
          "[Come|Go] to {v} for {s}.",
          "[Lectures|Meetings] of {s} [are|will be] in {v}.",
          "{v} [is reserved|has been booked] for {s}.",
          "[For|As to] {s}, the room [is|stays] {v}.",
          "Those who take {s} [find|have] their seats in {v}.",
        ],
        question: "[Where is|Where does one go for] {s}?",
        examination: "In which place do the meetings of {s} happen?",
        glosses: ["{s} {v} in meets", "{s} of room {v} is"])
    default:
      Wording(
        statements: [
          "{s} [runs|is given|is offered] in {v}.",
          "[Register|Sign up] for {s} before {v} [begins|starts].",
          "The term of {s} is {v}.",
          "[For|As to] {s}, [plan|keep] {v} free.",
          "{s} [starts|begins] with {v}[ this year|].",
          "In {v} [students|they] [take|follow] {s}.",
          "The timetable [has|puts] {s} in {v}.",
        ],
        question: "[When is|In which term is] {s}?",
        examination: "During what part of the year can one follow {s}?",
        glosses: ["{s} {v} in begins", "{v} in students {s} take"])
    }
  }

  private var peopleWording: Wording {
    switch self {
    case .office:
      Wording(
        statements: [
          "The office of {s} is in {v}.",
          "{s} [works|sits|receives visitors] in {v}.",
          "[Find|Visit] {s} in {v}.",
          "{s} [has moved|moved] to {v}[ in spring|].",
          "Post for {s} [goes|is brought] to {v}.",
          "[Knock|Ask] in {v} for {s}.",
          "{v} [holds|houses] the desk of {s}.",
        ],
        question: "[Where is the office of|Where does one find] {s}?",
        examination: "In which building does {s} have a desk?",
        glosses: ["{s} of office {v} in is", "{s} {v} in works"])
    case .membership:
      Wording(
        statements: [
          "{s} [belongs to|is a member of|works for] {v}.",
          "{v} [counts|has] {s} among its [members|staff].",
          "{s} [joined|has joined] {v}[ some years ago|].",
          "[In|At] {v} one [meets|finds] {s}.",
          "The [department|group] of {s} is {v}.",
          "{s} [speaks|spoke] for {v}[ in the council|].",
          "The plan of {v} was [read|written] by {s}.",
        ],
        question: "[To which department belongs|Whose member is] {s}?",
        examination: "What department employs {s}?",
        glosses: ["{s} {v} to belongs", "{v} of people {s} among is"])
    default:
      Wording(
        statements: [
          "{v} [heads|leads|chairs] {s}.",
          "{s} is [headed|led|chaired] by {v}.",
          "The head of {s} is {v}.",
          "{v} [signs|decides] for {s}[ as its head|].",
          "[Requests|Letters] to {s} [reach|go to] its head, {v}.",
          "As head of {s}, {v} [opened|closed] the meeting.",
          "The council [chose|confirmed] {v} as head of {s}.",
        ],
        question: "[Who leads|Who is the head of] {s}?",
        examination: "Whom does one address as the chair of {s}?",
        glosses: ["{s} of head {v} is", "{v} {s} leads"])
    }
  }

  private var houseWording: Wording {
    switch self {
    case .rule:
      Wording(
        statements: [
          "[Under|By] {s} the limit is {v}.",
          "{s} [allows|grants|sets] {v}.",
          "[As|Since] {s} [says|states], {v} [is|is at most] the limit.",
          "The [rule|limit] of {s} [stays|remains] at {v}.",
          "[Nobody|No one] [may go|goes] beyond {v} under {s}.",
          "The council [kept|confirmed] {v} in {s}.",
          "{v} [counts|holds] wherever {s} applies.",
        ],
        question: "[What does|Which limit does] {s} [set|allow]?",
        examination: "How far may one go according to {s}?",
        glosses: ["{s} of limit {v} is", "{s} {v} allows"])
    case .opening:
      Wording(
        statements: [
          "{s} [opens|is open from|unlocks its doors] at {v}.",
          "[Come|Be there] at {v}, when {s} opens.",
          "The doors of {s} [open|are opened] at {v}.",
          "From {v} on {s} [is open|can be used].",
          "[Before|Earlier than] {v} {s} [is|stays] closed.",
          "{s} [keeps|has] {v} as its opening time.",
          "Visitors [enter|may enter] {s} from {v}.",
        ],
        question: "[When does|At what time does] {s} open?",
        examination: "What is the earliest hour at which {s} lets people in?",
        glosses: ["{s} {v} at opens", "{v} from {s} open is"])
    default:
      Wording(
        statements: [
          "{s} [stands|lies|is found] on {v}.",
          "The address of {s} is {v}.",
          "[Walk|Cycle] down {v} to [reach|see] {s}.",
          "On {v} [one finds|you find|there is] {s}.",
          "The bus to {s} [stops|halts] on {v}.",
          "{v} [leads|runs] to {s}.",
          "Deliveries for {s} [go|are brought] to {v}.",
        ],
        question: "[Where is|On which street is] {s}?",
        examination: "What street does one take to get to {s}?",
        glosses: ["{s} {v} on stands", "{s} of street {v} is"])
    }
  }

  private var thesisWording: Wording {
    switch self {
    case .supervisor:
      Wording(
        statements: [
          "{s} was [supervised|guided] by {v}.",
          "{v} [supervised|guided|oversaw] {s}.",
          "The supervisor of {s} [was|is] {v}.",
          "The author of {s} [thanks|thanked] {v}, the supervisor.",
          "{v} [read|corrected] every draft of {s}[ as supervisor|].",
          "Under {v} {s} was [written|finished].",
          "[For|With] {s}, {v} [acted|served] as supervisor.",
        ],
        question: "[Who supervised|Who guided] {s}?",
        examination: "Under whose supervision was {s} done?",
        glosses: ["{s} of guide {v} was", "{v} {s} guided"])
    case .method:
      Wording(
        statements: [
          "{s} [uses|rests on|relies on] {v}.",
          "The method of {s} is {v}.",
          "[With|By] {v} {s} [reaches|reached] its result.",
          "{s} [applies|applied] {v}[ to its question|].",
          "[Data|The data] of {s} [were|was] gathered by {v}.",
          "[In|For] {s} the author [chose|used] {v}.",
          "{v} [is|was] at the heart of {s}.",
        ],
        question: "[Which method does|What does] {s} use?",
        examination: "By what means was the result of {s} obtained?",
        glosses: ["{s} of method {v} is", "{s} {v} uses"])
    default:
      Wording(
        statements: [
          "{s} [received|got|was given] {v}.",
          "The jury [gave|awarded] {s} {v}.",
          "The mark of {s} [is|was] {v}.",
          "[For|With] {s} the author [earned|gained] {v}.",
          "{v} [was|is] the mark of {s}.",
          "{s} [ended|closed] with {v}.",
          "The committee [settled|agreed] on {v} for {s}.",
        ],
        question: "[Which mark did|What did] {s} [get|receive]?",
        examination: "How was {s} judged?",
        glosses: ["{s} of mark {v} was", "{s} {v} received"])
    }
  }
}
